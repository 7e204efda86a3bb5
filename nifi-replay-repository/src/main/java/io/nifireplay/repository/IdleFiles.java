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

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.nifi.controller.repository.claim.ResourceClaim;

/**
 * Files that were read and are kept open for a moment, because a session mostly reads many FlowFiles of one file, and opening
 * it takes longer than opening a sealed claim of 1 KB. One reader has a file at a time.
 *
 * <p>A file is used no longer than {@link #MAX_AGE} from its opening on. So a file that is deleted gives back its space, and
 * one that was restored from a backup is noticed. Where a file that is open cannot be moved to the archive, none is kept.
 */
final class IdleFiles implements Closeable {
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    private static final int MAX_FILES = 64;
    private static final boolean OPEN_FILES_CAN_BE_MOVED = File.separatorChar == '/';

    private final LongSupplier nanoTime;

    /** The one that came back longest ago first. */
    private final Map<ResourceClaim, ClaimFile> files = new LinkedHashMap<>();

    private boolean closed;

    /** @param nanoTime the clock that files age by, as {@link System#nanoTime()} */
    IdleFiles(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Takes the file of this resource claim, if it is here. */
    Optional<ClaimFile> take(ResourceClaim resource) throws IOException {
        ClaimFile file;
        synchronized (this) {
            file = files.remove(resource);
        }
        if (file == null) {
            return Optional.empty();
        }
        if (isOld(file)) {
            file.close();
            return Optional.empty();
        }
        return Optional.of(file);
    }

    /** Keeps a file that nobody reads any more, or closes it. The one that was kept longest may have to go for it. */
    void give(ResourceClaim resource, ClaimFile file) throws IOException {
        if (!OPEN_FILES_CAN_BE_MOVED || isOld(file)) {
            file.close();
            return;
        }
        ClaimFile leaving = file;
        synchronized (this) {
            if (!closed) {
                leaving = files.put(resource, file);
                if (leaving == null && files.size() > MAX_FILES) {
                    leaving = files.remove(files.keySet().iterator().next());
                }
            }
        }
        if (leaving != null) {
            leaving.close();
        }
    }

    /** Closes the file of this resource claim, if it is here. */
    synchronized void drop(ResourceClaim resource) throws IOException {
        ClaimFile file = files.remove(resource);
        if (file != null) {
            file.close();
        }
    }

    /** Closes what is too old to be used; to be called from time to time. */
    synchronized void closeOld() throws IOException {
        for (Iterator<ClaimFile> all = files.values().iterator(); all.hasNext(); ) {
            ClaimFile file = all.next();
            if (isOld(file)) {
                all.remove();
                file.close();
            }
        }
    }

    synchronized int size() {
        return files.size();
    }

    private boolean isOld(ClaimFile file) {
        return nanoTime.getAsLong() - file.openedAt() > MAX_AGE.toNanos();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        for (ResourceClaim resource : List.copyOf(files.keySet())) {
            drop(resource);
        }
    }
}
