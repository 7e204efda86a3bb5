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

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One open log per directory, however many services name it: processors and reporting tasks see different services, and two
 * writers would fork the log. The last one to let go closes it.
 */
public final class SharedLogs {
    private static final Map<Path, Shared> OPEN = new HashMap<>();

    private SharedLogs() {}

    private static final class Shared {
        private final TransparencyLog log;
        private final LogOptions options;
        private int users;

        private Shared(TransparencyLog log, LogOptions options) {
            this.log = log;
            this.options = options;
        }
    }

    /** A hold on a shared log; to be closed once. */
    public static final class Lease implements AutoCloseable {
        private final Path directory;
        private final Shared shared;
        private boolean isReleased;

        private Lease(Path directory, Shared shared) {
            this.directory = directory;
            this.shared = shared;
        }

        public AuditTrail trail() {
            return shared.log;
        }

        /** @throws AuditException as {@link AuditTrail#close} does, for the last one */
        @Override
        public void close() {
            synchronized (OPEN) {
                if (isReleased) {
                    return;
                }
                isReleased = true;
                shared.users--;
                if (shared.users == 0) {
                    OPEN.remove(directory);
                    shared.log.close();
                }
            }
        }
    }

    /**
     * Takes hold of the log of a directory, and opens it when nobody has.
     *
     * @throws AuditException when it cannot be opened, or is open with other settings
     */
    public static Lease acquire(LogOptions options) {
        Path directory = canonical(options.directory());
        LogOptions wanted = options.withDirectory(directory);
        synchronized (OPEN) {
            Shared shared = OPEN.get(directory);
            if (shared == null) {
                shared = new Shared(TransparencyLog.open(wanted), wanted);
                OPEN.put(directory, shared);
            } else if (!agree(shared.options, wanted)) {
                throw new AuditException("The audit trail " + directory + " is open with other settings in another"
                        + " service: give both the same, or use one service");
            }
            shared.users++;
            return new Lease(directory, shared);
        }
    }

    private static boolean agree(LogOptions one, LogOptions other) {
        return one.signingKey().verifierKey().equals(other.signingKey().verifierKey())
                && one.checkpointInterval().equals(other.checkpointInterval())
                && one.unpublishedBytes() == other.unpublishedBytes()
                && one.receivers().stream()
                        .map(receiver -> receiver.description())
                        .toList()
                        .equals(other.receivers().stream()
                                .map(receiver -> receiver.description())
                                .toList());
    }

    private static Path canonical(Path directory) {
        try {
            Files.createDirectories(directory);
            return directory.toRealPath();
        } catch (IOException e) {
            throw new AuditException(
                    "The audit trail's directory " + directory + " cannot be made: " + e
                            + ". Choose a directory that NiFi's user may write",
                    e);
        }
    }
}
