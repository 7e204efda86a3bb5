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
package io.nifireplay.repository;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has the disk begin on a large claim while the rest of it is still being sealed. Where NiFi's file repository syncs a claim
 * when it is closed, the disk would else stand idle until then, and the writer would wait for all of the claim at its end.
 *
 * <p>Nothing rests on it: the sync at the close is the one that counts, and it fails when the disk failed before, since the
 * operating system tells each open file of each failure once.
 */
final class EarlySync extends FilterOutputStream {
    /** Half a second of a slow disk, and seldom enough to cost nothing. */
    static final long STEP_BYTES = 16 << 20;

    private final Runnable sync;
    private final Executor executor;
    private final AtomicBoolean pending = new AtomicBoolean();
    private long unsynced;

    /**
     * @param sink writes to the file
     * @param sync syncs what was written to the file so far; does not throw
     * @param executor where it is done meanwhile
     */
    EarlySync(OutputStream sink, Runnable sync, Executor executor) {
        super(sink);
        this.sync = sync;
        this.executor = executor;
    }

    @Override
    public void write(int value) throws IOException {
        out.write(value);
        wrote(1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        out.write(source, offset, length);
        wrote(length);
    }

    private void wrote(int count) {
        unsynced += count;
        // One at a time: what comes meanwhile is for the next.
        if (unsynced >= STEP_BYTES && pending.compareAndSet(false, true)) {
            unsynced = 0;
            executor.execute(() -> {
                try {
                    sync.run();
                } finally {
                    pending.set(false);
                }
            });
        }
    }

    /** Closes the sink, which syncs what is left. */
    @Override
    public void close() throws IOException {
        out.close();
    }
}
