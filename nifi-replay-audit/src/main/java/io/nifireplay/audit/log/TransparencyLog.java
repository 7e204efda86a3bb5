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
package io.nifireplay.audit.log;

import io.nifireplay.audit.Appended;
import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.AuditTrailStatus;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EntryJson;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.tiles.EntryBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An audit trail as a transparency log: an RFC 6962 tree in <a href="https://c2sp.org/tlog-tiles">tlog-tiles</a> files
 * under signed checkpoints.
 *
 * <p>Callers encode and hash their entries by themselves. One thread commits the batches of all who wait as one record of the
 * write-ahead log, with one sync, and acknowledges them. Another one publishes: after each interval it writes what was
 * acknowledged into tiles and bundles, and only when these are on stable storage signs the checkpoint that covers them. A
 * thread of the caller touches no file, since an interrupt would close it.
 */
public final class TransparencyLog implements AuditTrail {
    /** Batches of this many bytes together are one record, and one sync. */
    private static final long GROUP_BYTES = 8L * 1024 * 1024;

    private final LogOptions options;
    private final LogDirectory directory;
    private final WriteAheadLog wal;
    private final AcknowledgedHead acknowledgedHead;
    private final Publisher publisher;
    private final GrowingTree tree;

    private final ReentrantLock lock = new ReentrantLock();
    /** There are batches to commit, or the log is closing. */
    private final Condition work = lock.newCondition();
    /** A checkpoint is wanted, or the log is closing. */
    private final Condition wanted = lock.newCondition();
    /** An attempt to publish has ended. */
    private final Condition attempted = lock.newCondition();

    private final Deque<Batch> waiting = new ArrayDeque<>();
    private final Deque<Batch> unpublished = new ArrayDeque<>();
    private long pendingBytes;
    private TreeHead acknowledged;
    private SignedCheckpoint published;
    private boolean isPublishingWanted;
    /** Attempts that were begun, and the last of those that failed. */
    private long attempts;

    private long failedAttempt;
    private Optional<AuditException> trouble = Optional.empty();
    private Optional<AuditException> broken = Optional.empty();
    private boolean isClosing;
    private boolean isCommitted;

    private final Thread committer;
    private final Thread publishing;

    private TransparencyLog(LogOptions options, LogDirectory directory, Opening opening) {
        this.options = options;
        this.directory = directory;
        wal = opening.wal();
        acknowledgedHead = opening.acknowledgedHead();
        tree = new GrowingTree(opening.frontier());
        publisher = new Publisher(options, directory, opening.edge(), opening.partialBundle());
        published = opening.published();
        acknowledged = tree.head();
        unpublished.addAll(opening.unpublished());
        pendingBytes = unpublished.stream().mapToLong(Batch::bytes).sum();
        committer = Thread.ofPlatform().daemon().name("audit-commit").unstarted(this::commitAll);
        publishing = Thread.ofPlatform().daemon().name("audit-publish").unstarted(this::publishAll);
    }

    /**
     * Opens the log of a directory, and makes it if there is none. Where a {@link LogOptions#previousKey} is given and has
     * signed the last checkpoint, the new key takes over.
     *
     * @throws AuditException when the directory cannot be used, another holds it, or what is in it is not whole: the last
     *     checkpoint does not match the files, something acknowledged is missing, somebody outside knows more or other
     *     entries, or the checkpoint is signed by another key
     */
    public static TransparencyLog open(LogOptions options) {
        LogDirectory directory = LogDirectory.open(options.directory());
        TransparencyLog log = null;
        try {
            log = new TransparencyLog(options, directory, Opening.open(options, directory));
            log.confirmKey();
            log.publishRecovered();
            log.committer.start();
            log.publishing.start();
            return log;
        } catch (IOException e) {
            throw DiskTrouble.of(options.directory(), "cannot be opened", e);
        } finally {
            if (log == null || !log.publishing.isAlive()) {
                closeQuietly(Optional.ofNullable(log));
                directory.close();
            }
        }
    }

    /**
     * What an opening with these options would mean for the key that signs. Looks at the last checkpoint only, takes no lock
     * and writes nothing.
     *
     * @throws AuditException when the log would not be opened: its last checkpoint is damaged, of another origin, or signed by
     *     another key
     */
    public static Succession succession(LogOptions options) {
        Path directory = options.directory();
        try {
            return LogDirectory.isMade(directory)
                    ? LastCheckpoint.succession(directory, LastCheckpoint.read(directory, options), options)
                    : Succession.NEW_LOG;
        } catch (IOException e) {
            throw DiskTrouble.of(directory, "cannot be read", e);
        }
    }

    private static void closeQuietly(Optional<TransparencyLog> log) {
        if (log.isPresent()) {
            try {
                log.get().wal.close();
            } catch (IOException e) {
                // What is to be told is why the log could not be opened.
            }
        }
    }

    /** Lets a new key take over where the last checkpoint is not signed by it alone. */
    private void confirmKey() {
        List<SigningKey> ours = List.of(options.signingKey());
        if (published.note().isSignedByExactly(List.of(options.signingKey().verifierKey()))) {
            return;
        }
        if (!published.note().isSignedBy(options.signingKey().verifierKey())) {
            SigningKey previous = options.previousKey()
                    .orElseThrow(() -> new IllegalStateException("The opening saw who signed the last checkpoint"));
            commitOwn(new AuditEntry.SigningKeyAnnounced(
                    options.clock().instant(),
                    itself(),
                    options.signingKey().verifierKey().toString()));
            publishOnce(List.of(previous, options.signingKey()));
            if (published.note().signatures().size() != 2) {
                throw notPublished();
            }
        }
        if (unpublished.isEmpty() || !Opening.isConfirmation(unpublished.getFirst())) {
            commitOwn(new AuditEntry.SigningKeyConfirmed(
                    options.clock().instant(), itself(), published.note().toString()));
        }
        publishOnce(ours);
        if (published.note().signatures().size() != 1) {
            throw notPublished();
        }
    }

    /** Before anything new comes in: a process that is killed again and again gets on by this. */
    private void publishRecovered() {
        if (!unpublished.isEmpty()) {
            publishOnce(List.of(options.signingKey()));
        }
    }

    private AuditException notPublished() {
        return trouble.orElseGet(() -> new AuditException("The audit trail " + directory.directory()
                + " could not make the checkpoint with which the new key takes over"));
    }

    private Actor itself() {
        return new Actor.Component(options.origin(), "TransparencyLog", Optional.empty());
    }

    private void commitOwn(AuditEntry entry) {
        Batch batch = Batch.of(List.of(EntryJson.bytes(entry)));
        pendingBytes += batch.bytes();
        commit(List.of(batch));
        try {
            batch.first().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof AuditException why) {
                throw why;
            }
            throw e;
        }
    }

    @Override
    public Appended append(List<? extends AuditEntry> entries) {
        List<byte[]> encoded = new ArrayList<>(entries.size());
        for (AuditEntry entry : entries) {
            if (entry instanceof AuditEntry.SigningKeyAnnounced || entry instanceof AuditEntry.SigningKeyConfirmed) {
                throw new IllegalArgumentException("Only the log itself says which key signs it");
            }
            encoded.add(EntryJson.bytes(entry));
        }
        return appendEncoded(encoded);
    }

    /** The same for entries that are canonical JSON already. */
    Appended appendEncoded(List<byte[]> entries) {
        for (byte[] entry : entries) {
            if (entry.length > EntryBundle.MAX_ENTRY_BYTES) {
                throw new IllegalArgumentException("An entry of the audit trail has " + entry.length + " bytes, and "
                        + EntryBundle.MAX_ENTRY_BYTES + " are the most");
            }
        }
        if (entries.isEmpty()) {
            return new Appended(status().acknowledged().size(), 0);
        }
        Batch batch = Batch.of(entries);
        enqueue(batch);
        try {
            return new Appended(batch.first().get(), entries.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditException(
                    "The thread was interrupted before the audit trail " + directory.directory()
                            + " had answered: its entries may be in it or not",
                    e);
        } catch (ExecutionException e) {
            throw new AuditException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void enqueue(Batch batch) {
        lock.lock();
        try {
            long begun = attempts;
            while (pendingBytes > 0 && pendingBytes + batch.bytes() > options.unpublishedBytes()) {
                requireOpen();
                if (failedAttempt > begun) {
                    throw refused();
                }
                isPublishingWanted = true;
                wanted.signal();
                attempted.await();
            }
            requireOpen();
            pendingBytes += batch.bytes();
            waiting.add(batch);
            work.signal();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditException(
                    "The thread was interrupted before the audit trail " + directory.directory()
                            + " had taken its entries: they are not in it",
                    e);
        } finally {
            lock.unlock();
        }
    }

    private AuditException refused() {
        AuditException why = trouble.orElseThrow();
        return new AuditException(
                "The audit trail takes no more entries until its checkpoint is made. " + why.getMessage(), why);
    }

    private void requireOpen() {
        if (isClosing) {
            throw new AuditException("The audit trail " + directory.directory() + " is closed");
        }
        broken.ifPresent(why -> {
            throw new AuditException(why.getMessage(), why);
        });
    }

    private void commitAll() {
        for (List<Batch> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
            commit(group);
        }
        lock.lock();
        try {
            isCommitted = true;
            wanted.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for batches; none once the log is closing and all are committed. */
    private List<Batch> nextGroup() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !isClosing) {
                work.awaitUninterruptibly();
            }
            List<Batch> group = new ArrayList<>();
            long bytes = 0;
            while (!waiting.isEmpty()
                    && (group.isEmpty() || bytes + waiting.peek().bytes() <= GROUP_BYTES)) {
                bytes += waiting.peek().bytes();
                group.add(waiting.poll());
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<Batch> group) {
        try {
            long first = acknowledged.size();
            List<byte[]> entries = new ArrayList<>();
            group.forEach(batch -> entries.addAll(batch.entries()));
            GrowingTree.Growth growth = tree.grow(group);
            synchronized (wal) {
                wal.append(first, entries);
            }
            tree.take(growth);
            acknowledgedHead.write(growth.head());
            acknowledge(group, growth.head());
            for (Batch batch : group) {
                batch.first().complete(first);
                first += batch.entries().size();
            }
        } catch (IOException e) {
            refuse(group, DiskTrouble.of(directory.directory(), "cannot be written, and took nothing", e));
        } catch (RuntimeException | Error e) {
            AuditException why = new AuditException(
                    "The audit trail " + directory.directory() + " is broken: " + e + ". Close and open it again", e);
            lock.lock();
            try {
                broken = Optional.of(why);
            } finally {
                lock.unlock();
            }
            refuse(group, why);
        }
    }

    private void acknowledge(List<Batch> group, TreeHead head) {
        lock.lock();
        try {
            acknowledged = head;
            unpublished.addAll(group);
        } finally {
            lock.unlock();
        }
    }

    private void refuse(List<Batch> group, AuditException why) {
        lock.lock();
        try {
            group.forEach(batch -> pendingBytes -= batch.bytes());
            attempted.signalAll();
        } finally {
            lock.unlock();
        }
        group.forEach(batch -> batch.first().completeExceptionally(why));
    }

    private void publishAll() {
        boolean isLast = false;
        while (!isLast) {
            isLast = awaitTime();
            publishOnce(List.of(options.signingKey()));
        }
    }

    /** Waits until there is something to publish and it is time to; whether it is for the last time. */
    private boolean awaitTime() {
        lock.lock();
        try {
            long left = options.checkpointInterval().toNanos();
            boolean isTimed = left > 0;
            while (!isPublishingWanted && !isCommitted) {
                if (!isTimed) {
                    wanted.awaitUninterruptibly();
                } else if (left > 0) {
                    left = awaitNanos(left);
                } else if (isAnythingLeft()) {
                    break;
                } else {
                    left = options.checkpointInterval().toNanos();
                }
            }
            return isCommitted;
        } finally {
            lock.unlock();
        }
    }

    private long awaitNanos(long nanos) {
        try {
            return wanted.awaitNanos(nanos);
        } catch (InterruptedException e) {
            // Nobody outside has this thread; it ends when the log is closed.
            return 0;
        }
    }

    private boolean isAnythingLeft() {
        return acknowledged.size() > published.head().size() || publisher.isAnybodyWaiting();
    }

    /** One attempt to publish all that is acknowledged, signed by these keys. */
    private void publishOnce(List<SigningKey> keys) {
        List<Batch> batches;
        TreeHead head;
        SignedCheckpoint last;
        lock.lock();
        try {
            isPublishingWanted = false;
            attempts++;
            batches = new ArrayList<>(unpublished);
            head = acknowledged;
            last = published;
        } finally {
            lock.unlock();
        }
        try {
            SignedCheckpoint made = last;
            if (head.size() > last.head().size()) {
                made = publisher.publish(batches, head, keys);
                publishedAre(batches, made);
                synchronized (wal) {
                    wal.roll();
                    wal.deleteBelow(head.size());
                }
            }
            publisher.handOver(made);
            ended(Optional.empty());
        } catch (IOException e) {
            ended(Optional.of(DiskTrouble.of(directory.directory(), "could not make its next checkpoint", e)));
        } catch (RuntimeException | Error e) {
            ended(Optional.of(new AuditException(
                    "The audit trail " + directory.directory() + " could not make its next checkpoint: " + e, e)));
        }
    }

    private void publishedAre(List<Batch> batches, SignedCheckpoint made) {
        lock.lock();
        try {
            published = made;
            for (Batch batch : batches) {
                unpublished.removeFirst();
                pendingBytes -= batch.bytes();
            }
            attempted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void ended(Optional<AuditException> failure) {
        failure.ifPresent(options.listener()::notPublished);
        boolean isOver;
        lock.lock();
        try {
            isOver = failure.isEmpty() && trouble.isPresent();
            trouble = failure;
            if (failure.isPresent()) {
                failedAttempt = attempts;
            }
            attempted.signalAll();
        } finally {
            lock.unlock();
        }
        if (isOver) {
            options.listener().recovered();
        }
    }

    @Override
    public SignedCheckpoint checkpoint() {
        lock.lock();
        try {
            requireOpen();
            long target = acknowledged.size();
            long begun = attempts;
            while (published.head().size() < target) {
                if (failedAttempt > begun) {
                    AuditException why = trouble.orElseThrow();
                    throw new AuditException(why.getMessage(), why);
                }
                if (!publishing.isAlive()) {
                    requireOpen();
                }
                isPublishingWanted = true;
                wanted.signal();
                attempted.await();
            }
            return published;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuditException(
                    "The thread was interrupted before the audit trail " + directory.directory()
                            + " had made its checkpoint",
                    e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public AuditTrailStatus status() {
        lock.lock();
        try {
            return new AuditTrailStatus(
                    acknowledged,
                    published,
                    unpublished.stream().mapToLong(Batch::bytes).sum(),
                    trouble.or(publisher::trouble).map(AuditException::getMessage));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (isClosing) {
                return;
            }
            isClosing = true;
            work.signal();
            attempted.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = join(committer) | join(publishing);
        try {
            synchronized (wal) {
                wal.close();
            }
        } catch (IOException e) {
            // All that was acknowledged was synced before.
        } finally {
            directory.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (published.head().size() < acknowledged.size()) {
            AuditException why = notPublished();
            throw new AuditException(why.getMessage(), why);
        }
    }

    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.join(Duration.ofDays(1))) {
                    return interrupted;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
