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
package io.nifireplay.services.audit;

import io.nifireplay.audit.Appended;
import io.nifireplay.audit.AuditException;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.outbox.Outbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.nifi.logging.ComponentLog;

/**
 * Brings what a journal notes into the audit trail, in its order. Whoever comes first tells for all who wait, so that one
 * append serves many tasks.
 */
public final class OutboxTeller {
    /** How many entries one append has at most. */
    private static final int MAX_ENTRIES = 1_000;
    /** How often it is said that the journal goes on without the trail. */
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    private final Outbox outbox;
    private final AuditTrailService service;
    private final boolean isRequired;
    private final NoticeEntries entries;
    private final ComponentLog log;
    private final LongSupplier nanoTime;
    private final AtomicLong nextWarning;
    /** The number of the last notice that is in the trail; changed under the outbox's monitor. */
    private volatile long toldThrough;
    /** The number of the last notice that the trail did not take when it was told, or that was there before this began. */
    private final AtomicLong leftThrough;

    /**
     * @param outbox its monitor keeps those who tell of it from each other, also through several of these
     * @param nanoTime as {@link System#nanoTime} gives it
     */
    public OutboxTeller(
            Outbox outbox, AuditTrailService service, NoticeEntries entries, ComponentLog log, LongSupplier nanoTime) {
        this.outbox = outbox;
        this.service = service;
        isRequired = service.isRequired();
        this.entries = entries;
        this.log = log;
        this.nanoTime = nanoTime;
        nextWarning = new AtomicLong(nanoTime.getAsLong());
        leftThrough = new AtomicLong(outbox.last());
    }

    /**
     * Makes a change of the journal, and returns once what it notes is told.
     *
     * @throws JournalException as {@link #tell}: while the trail takes nothing, nothing more is decided
     */
    <R> R telling(Supplier<R> change) {
        tellLeftOver();
        R answer = change.get();
        tell();
        return answer;
    }

    /**
     * The same for a change that seldom notes anything: what others have noted it leaves to them.
     *
     * @param notes whether the change has noted something, by its answer
     */
    <R> R telling(Supplier<R> change, Predicate<R> notes) {
        tellLeftOver();
        R answer = change.get();
        if (notes.test(answer)) {
            tell();
        }
        return answer;
    }

    /** What others are about to tell need not be waited for. */
    private void tellLeftOver() {
        if (toldThrough < leftThrough.get()) {
            tell();
        }
    }

    /**
     * Returns once all that is on the journal's stable storage is on the trail's, too.
     *
     * @throws JournalException when the trail cannot be written, and nothing may pass without it
     */
    public void tell() {
        long last = outbox.last();
        if (last <= toldThrough) {
            return;
        }
        try {
            tellThrough(last);
        } catch (AuditException | IllegalStateException e) {
            leftThrough.accumulateAndGet(last, Math::max);
            // The second one is NiFi's, of a service that was disabled under this one.
            if (isRequired) {
                throw new JournalException(
                        "The audit trail cannot be written, and nothing passes that is not in it: " + e.getMessage(),
                        e);
            }
            warn(e);
        }
    }

    private void tellThrough(long wanted) {
        synchronized (outbox) {
            if (wanted <= toldThrough) {
                return;
            }
            // Also what was noted while this one waited its turn: who noted it need not come.
            long last = outbox.last();
            List<Notice> notices = outbox.pending(last, MAX_ENTRIES);
            while (!notices.isEmpty()) {
                Appended appended = service.getAuditTrail().append(entries.of(notices));
                outbox.told(notices, appended.first());
                notices = outbox.pending(last, MAX_ENTRIES);
            }
            toldThrough = last;
        }
    }

    private void warn(RuntimeException e) {
        long now = nanoTime.getAsLong();
        long next = nextWarning.get();
        if (now - next >= 0 && nextWarning.compareAndSet(next, now + WARNING_INTERVAL.toNanos())) {
            log.error(
                    "The audit trail cannot be written, and the flow goes on without it, as the trail's service says. The"
                            + " journal keeps what the trail lacks, and enters it later: {}",
                    e.getMessage(),
                    e);
        }
    }
}
