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

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One open journal per directory, however many services name it: processors and reporting tasks see different services.
 * The last one to let go closes it.
 */
public final class SharedJournals {
    private static final Map<Path, Shared> OPEN = new HashMap<>();

    private SharedJournals() {}

    private static final class Shared {
        private final RocksDBJournal journal;
        private final RocksDBOptions options;
        private final boolean sealed;
        private int users;

        private Shared(RocksDBJournal journal, RocksDBOptions options, boolean sealed) {
            this.journal = journal;
            this.options = options;
            this.sealed = sealed;
        }
    }

    /** A hold on a shared journal; to be closed once. */
    public static final class Lease implements AutoCloseable {
        private final Path directory;
        private final Shared shared;
        private boolean released;

        private Lease(Path directory, Shared shared) {
            this.directory = directory;
            this.shared = shared;
        }

        public EventJournal journal() {
            return shared.journal;
        }

        @Override
        public void close() {
            synchronized (OPEN) {
                if (released) {
                    return;
                }
                released = true;
                shared.users--;
                if (shared.users == 0) {
                    OPEN.remove(directory);
                    shared.journal.close();
                }
            }
        }
    }

    /**
     * Takes hold of the journal of a directory, and opens it when nobody has.
     *
     * @throws JournalException when it cannot be opened, or is open with other options
     */
    public static Lease acquire(RocksDBOptions options) {
        return acquire(options, Optional.empty());
    }

    /**
     * The same for a journal that is sealed when there is a keyring. Whoever comes later needs one that opens the journal too;
     * the keyring of the first seals.
     *
     * @throws JournalException also when the keyring does not open the journal
     */
    public static Lease acquire(RocksDBOptions options, Optional<Supplier<Keyring>> keyring) {
        Path directory = canonical(options.directory());
        RocksDBOptions wanted = options.withDirectory(directory);
        synchronized (OPEN) {
            Shared shared = OPEN.get(directory);
            if (shared == null) {
                RocksDBJournal journal = keyring.isPresent()
                        ? RocksDBJournal.openSealed(wanted, keyring.get())
                        : RocksDBJournal.open(wanted);
                shared = new Shared(journal, wanted, keyring.isPresent());
                OPEN.put(directory, shared);
            } else if (!sameButForTime(shared.options, wanted) || shared.sealed != keyring.isPresent()) {
                throw new JournalException("The event journal " + directory + " is open with other settings in another"
                        + " service: give both the same, or use one service");
            } else if (keyring.isPresent()) {
                shared.journal.requireOpensWith(keyring.get());
            }
            shared.users++;
            return new Lease(directory, shared);
        }
    }

    /** Whether this process has the journal of a directory open here. */
    public static boolean isOpen(Path directory) {
        synchronized (OPEN) {
            return OPEN.containsKey(canonical(directory));
        }
    }

    private static boolean sameButForTime(RocksDBOptions one, RocksDBOptions other) {
        return one.withTime(other.time()).equals(other);
    }

    private static Path canonical(Path directory) {
        try {
            Files.createDirectories(directory);
            return directory.toRealPath();
        } catch (IOException e) {
            throw new JournalException(
                    "The event journal's directory " + directory + " cannot be made: " + e
                            + ". Choose a directory that NiFi's user may write",
                    e);
        }
    }
}
