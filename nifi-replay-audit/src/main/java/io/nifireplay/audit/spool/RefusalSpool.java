/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.nifireplay.audit.spool;

import io.nifireplay.audit.AuditException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Keeps refusals in a directory until they are in the trail. Whoever records one never waits for a disk: a thread writes them,
 * each on stable storage a moment later. However many come, memory and disk have their bounds: equal ones within a second are
 * counted together, and what is too much for the queue or for the directory is counted, and told as such.
 *
 * <p>While the directory cannot be written, refusals wait in memory, as many as the queue holds, and the listener is told.
 */
public final class RefusalSpool implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration REMINDER = Duration.ofMinutes(1);
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final SpoolOptions options;
    private final SpoolListener listener;
    private final BlockingQueue<Refusal> arrived;
    private final Omissions omissions = new Omissions();
    private final EqualRefusals equal;
    private final List<SpoolRecord> pending = new ArrayList<>();
    private final Thread thread;
    private Optional<SpoolWriter> writer = Optional.empty();
    private Instant windowBegan;
    private Instant failedAt = Instant.EPOCH;
    private Instant toldAt = Instant.EPOCH;
    private boolean isInTrouble;
    private volatile boolean isClosed;

    private RefusalSpool(SpoolOptions options, SpoolListener listener) {
        this.options = options;
        this.listener = listener;
        arrived = new ArrayBlockingQueue<>(options.queue());
        equal = new EqualRefusals(options.queue());
        windowBegan = options.clock().instant();
        thread = Thread.ofPlatform()
                .name("NiFi Replay spool of refusals")
                .daemon()
                .unstarted(this::run);
    }

    /** Begins to write. A directory that cannot be written is told to the listener, and tried again. */
    public static RefusalSpool start(SpoolOptions options, SpoolListener listener) {
        RefusalSpool spool = new RefusalSpool(options, listener);
        spool.thread.start();
        return spool;
    }

    /** Takes a refusal, without waiting. After {@link #close} it is lost. */
    public void record(Refusal refusal) {
        if (!arrived.offer(refusal)) {
            omissions.add(refusal.at(), refusal.at(), 1);
        }
    }

    /** Writes what is left, and ends; after {@code 10 s} at the latest, if the disk does not answer. */
    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean isLast;
        do {
            isLast = isClosed;
            take(isLast);
            if (isLast || isWindowOver()) {
                pending.addAll(equal.end());
                windowBegan = options.clock().instant();
                write(isLast, true);
            } else {
                write(false, false);
            }
        } while (!isLast);
        giveUpWriter();
    }

    private void take(boolean isLast) {
        List<Refusal> refusals = new ArrayList<>();
        try {
            Refusal first = isLast ? arrived.poll() : arrived.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
            if (first != null) {
                refusals.add(first);
                arrived.drainTo(refusals);
            }
        } catch (InterruptedException e) {
            // Nobody else has the thread; closing is the way to end it.
            isClosed = true;
        }
        refusals.forEach(refusal -> equal.first(refusal).ifPresent(pending::add));
    }

    private boolean isWindowOver() {
        return hasPassed(options.window(), windowBegan, options.clock().instant());
    }

    private void write(boolean isLast, boolean isWindowOver) {
        Instant now = options.clock().instant();
        try {
            if (isLast || hasPassed(RETRY, failedAt, now)) {
                SpoolWriter open = opened();
                boolean isFull = writePending(open);
                if (isWindowOver) {
                    isFull |= writeOmissions(open);
                    open.completeWhatIsOld();
                    tellRecovery();
                }
                if (isFull) {
                    tell("The spool of refusals " + options.directory() + " is full: " + options.maxBytes()
                            + " bytes wait to be drained. Replays that NiFi refuses are counted, and no longer recorded"
                            + " one by one. Run an AccessAuditReportingTask with this spool directory, or see in its"
                            + " bulletins why it does not drain");
                }
            }
        } catch (IOException | RuntimeException e) {
            failedAt = now;
            giveUpWriter();
            tell("The spool of refusals " + options.directory() + " cannot be written: "
                    + (e instanceof AuditException ? e.getMessage() : e)
                    + ". Replays that NiFi refuses wait in memory, at most " + options.queue()
                    + ", and are not in the audit trail until it can. Who may do what is decided as ever. Look at the"
                    + " disk and at the rights of the directory");
        }
        trimPending();
    }

    private SpoolWriter opened() throws IOException {
        if (writer.isEmpty()) {
            writer = Optional.of(SpoolWriter.open(options));
        }
        return writer.get();
    }

    /** Whether there was too little room. */
    private boolean writePending(SpoolWriter open) throws IOException {
        if (pending.isEmpty()) {
            return false;
        }
        int written = open.write(pending);
        boolean isFull = written < pending.size();
        pending.subList(written, pending.size()).forEach(omissions::add);
        pending.clear();
        return isFull;
    }

    private boolean writeOmissions(SpoolWriter open) throws IOException {
        Optional<SpoolRecord.Omitted> omitted = omissions.record();
        if (omitted.isEmpty()) {
            return false;
        }
        if (open.write(List.of(omitted.get())) == 1) {
            omissions.written(omitted.get());
            open.keptIsWritten();
            return false;
        }
        open.keep(omitted.get());
        return true;
    }

    private void trimPending() {
        int tooMany = pending.size() - options.queue();
        if (tooMany > 0) {
            List<SpoolRecord> newest = pending.subList(options.queue(), pending.size());
            newest.forEach(omissions::add);
            newest.clear();
        }
    }

    private void giveUpWriter() {
        try {
            if (writer.isPresent()) {
                writer.get().close();
            }
        } catch (IOException e) {
            // What it left is given to the drain when it is opened again.
        } finally {
            writer = Optional.empty();
        }
    }

    private void tell(String message) {
        Instant now = options.clock().instant();
        if (!isInTrouble || hasPassed(REMINDER, toldAt, now)) {
            toldAt = now;
            listener.failed(message);
        }
        isInTrouble = true;
    }

    /** Nothing is left that was not written: neither is the spool full nor the disk broken. */
    private void tellRecovery() {
        if (isInTrouble && omissions.record().isEmpty()) {
            isInTrouble = false;
            listener.recovered("The spool of refusals " + options.directory() + " is written again");
        }
    }

    /** True, too, when the clock was set back. */
    private static boolean hasPassed(Duration duration, Instant since, Instant now) {
        return now.isBefore(since) || !now.isBefore(since.plus(duration));
    }
}
