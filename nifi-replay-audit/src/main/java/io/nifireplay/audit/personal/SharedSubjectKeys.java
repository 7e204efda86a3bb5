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
package io.nifireplay.audit.personal;

import io.nifireplay.audit.AuditException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * One opened file of subjects' keys, however many services name it. The last one to let go closes it.
 */
public final class SharedSubjectKeys {
    private static final Map<Path, Shared> OPEN = new HashMap<>();

    private SharedSubjectKeys() {}

    private static final class Shared {
        private final SubjectKeys keys;
        private int users;

        private Shared(SubjectKeys keys) {
            this.keys = keys;
        }
    }

    /** A hold on a shared file; to be closed once. */
    public static final class Lease implements AutoCloseable {
        private final Path file;
        private final Shared shared;
        private boolean isReleased;

        private Lease(Path file, Shared shared) {
            this.file = file;
            this.shared = shared;
        }

        public SubjectKeys keys() {
            return shared.keys;
        }

        @Override
        public void close() {
            synchronized (OPEN) {
                if (isReleased) {
                    return;
                }
                isReleased = true;
                shared.users--;
                if (shared.users == 0) {
                    OPEN.remove(file);
                    shared.keys.close();
                }
            }
        }
    }

    /**
     * Takes hold of a file of keys, and opens or makes it when nobody has; its folder, too, which only its owner may use then.
     *
     * @throws AuditException when it cannot be read or written, or is none
     */
    public static Lease acquire(Path file) {
        Path canonical = canonical(file);
        synchronized (OPEN) {
            Shared shared =
                    OPEN.computeIfAbsent(canonical, path -> new Shared(SubjectKeys.open(path, new SecureRandom())));
            shared.users++;
            return new Lease(canonical, shared);
        }
    }

    private static Path canonical(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder.getParent());
                createOwnerOnly(folder);
            }
            return folder.toRealPath().resolve(file.getFileName());
        } catch (IOException e) {
            throw new AuditException(
                    "The folder " + folder + ", which is to hold the keys of subjects, cannot be made: " + e
                            + ". Look at the rights of the directory around it",
                    e);
        }
    }

    private static void createOwnerOnly(Path folder) throws IOException {
        if (Files.getFileStore(folder.getParent()).supportsFileAttributeView("posix")) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(folder);
        }
    }
}
