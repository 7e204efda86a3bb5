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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Makes writes durable behind their order: while one thread waits for the disk, the next already writes. One sync serves
 * all that was written before it began. No answer leaves the journal before what it rests on is durable.
 */
final class LogSync {
    private enum Fate {
        PENDING,
        DURABLE,
        LOST
    }

    /** One write in the storage's log. */
    static final class Write {
        private final long sequence;
        private volatile Fate fate;

        private Write(long sequence, Fate fate) {
            this.sequence = sequence;
            this.fate = fate;
        }

        boolean isDurable() {
            return fate == Fate.DURABLE;
        }
    }

    /** For what has written nothing. */
    static final Write NOTHING = new Write(0, Fate.DURABLE);

    private final Runnable sync;
    private final LongConsumer durable;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Write> pending = new ConcurrentLinkedQueue<>();
    private volatile Write last = NOTHING;

    /**
     * @param sync returns once all that was written before it was called is on stable storage
     * @param durable is told the sequence number up to which the log is durable
     */
    LogSync(Runnable sync, LongConsumer durable) {
        this.sync = sync;
        this.durable = durable;
    }

    /** For the one thread that commits: something was written, up to this sequence number. */
    Write wrote(long sequence) {
        Write write = new Write(sequence, Fate.PENDING);
        pending.add(write);
        last = write;
        return write;
    }

    /** The latest write: who changed nothing, but decided by what it changed, waits for it too. */
    Write last() {
        return last;
    }

    /** @throws JournalException when the write is lost, or may be */
    void await(Write write) {
        lock.lock();
        try {
            if (write.fate == Fate.PENDING) {
                syncPending();
            }
        } finally {
            lock.unlock();
        }
        if (write.fate == Fate.LOST) {
            throw new JournalException(
                    "The event journal had a failure before a change was on stable storage: repeat it");
        }
    }

    private void syncPending() {
        List<Write> covered = takePending();
        Fate fate = Fate.LOST;
        try {
            sync.run();
            durable.accept(covered.getLast().sequence);
            fate = Fate.DURABLE;
        } finally {
            end(covered, fate);
        }
    }

    private List<Write> takePending() {
        List<Write> writes = new ArrayList<>();
        for (Write write = pending.poll(); write != null; write = pending.poll()) {
            writes.add(write);
        }
        return writes;
    }

    private static void end(List<Write> writes, Fate fate) {
        writes.forEach(write -> write.fate = fate);
    }

    /** All that was written is durable: something behind it was synced. */
    void settled() {
        lock.lock();
        try {
            end(takePending(), Fate.DURABLE);
        } finally {
            lock.unlock();
        }
    }

    /** The storage was closed after a failure: nobody knows what of it is on disk. Not while {@link #await} runs. */
    void lost() {
        end(takePending(), Fate.LOST);
        last = NOTHING;
    }
}
