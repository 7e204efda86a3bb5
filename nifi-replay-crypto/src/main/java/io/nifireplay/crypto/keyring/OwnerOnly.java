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
package io.nifireplay.crypto.keyring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Files that only their owner may read and write. */
public final class OwnerOnly {
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private OwnerOnly() {}

    /** All rights as {@code rw-r--r--} when others than the owner have any of them. */
    static Optional<String> rightsOfOthers(Set<PosixFilePermission> rights) {
        return OWNERS.containsAll(rights) ? Optional.empty() : Optional.of(PosixFilePermissions.toString(rights));
    }

    /**
     * All rights as {@code rw-r--r--} when others than the owner have any of them.
     *
     * @return empty also on a file system without POSIX rights, where it cannot be told
     * @throws IOException when the file cannot be looked at
     */
    public static Optional<String> rightsOfOthers(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null
                ? Optional.empty()
                : rightsOfOthers(view.readAttributes().permissions());
    }

    /**
     * Makes an empty file. On a file system without POSIX rights it has what the folder gives it.
     *
     * @throws java.nio.file.FileAlreadyExistsException when it is there
     */
    static void createFile(Path file) throws IOException {
        if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
    }
}
