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
package io.nifireplay.services.keyring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What is different when a file was written, or another one was put in its place; links are followed.
 *
 * @param key the file system's own name of the file, such as its inode, where there is one
 */
public record FileVersion(FileTime modified, long size, Optional<Object> key) {
    /** @return empty when the file cannot be looked at: reading it says why, in better words */
    public static Optional<FileVersion> of(Path file) {
        try {
            BasicFileAttributes there = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(
                    new FileVersion(there.lastModifiedTime(), there.size(), Optional.ofNullable(there.fileKey())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
