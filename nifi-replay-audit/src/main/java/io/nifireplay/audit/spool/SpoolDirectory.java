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
package io.nifireplay.audit.spool;

import io.nifireplay.audit.log.Durable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a spool, numbered in their order:
 *
 * <pre>
 * refusals-NUMBER.part     is being written, or was when a process ended
 * refusals-NUMBER.jsonl    is complete, and waits to be drained
 * refusals-NUMBER.bad      was drained, but for lines that could not be read; a person may look at it
 * omitted.part             how many refusals a full spool did not take, so far
 * writer.lock, drain.lock  who writes, who drains
 * </pre>
 */
record SpoolDirectory(Path path) {
    private static final Pattern OWN = Pattern.compile(
            "refusals-[0-9]{20}\\.(?:part|jsonl|bad)|omitted\\.part(?:\\.new)?|(?:writer|drain)\\.lock");
    private static final String COMPLETE = ".jsonl";
    private static final String BEGUN = ".part";
    private static final String BAD = ".bad";

    /** Makes it, for NiFi's user alone, when it is not there. */
    void create() throws IOException {
        if (Files.isDirectory(path)) {
            return;
        }
        Files.createDirectories(path, forOwner("rwx------"));
    }

    FileAttribute<?>[] forFiles() {
        return forOwner("rw-------");
    }

    Path writerLock() {
        return path.resolve("writer.lock");
    }

    Path drainLock() {
        return path.resolve("drain.lock");
    }

    Path omitted() {
        return path.resolve("omitted" + BEGUN);
    }

    Path begun(long number) {
        return path.resolve("refusals-%020d".formatted(number) + BEGUN);
    }

    /** The number of the last file there is, 0 without one. */
    long lastNumber() throws IOException {
        return names().stream()
                .filter(name ->
                        name.startsWith("refusals-") && OWN.matcher(name).matches())
                .mapToLong(name -> Long.parseLong(name.substring(9, 29)))
                .max()
                .orElse(0);
    }

    /** Files that wait to be drained, in their order. */
    List<Path> complete() throws IOException {
        return own(COMPLETE);
    }

    /** Files that nobody writes any more, or does still, in their order. */
    List<Path> begun() throws IOException {
        return own(BEGUN).stream().filter(file -> !file.equals(omitted())).toList();
    }

    /** What does not belong here. */
    List<Path> foreign() throws IOException {
        return names().stream()
                .filter(name -> !OWN.matcher(name).matches())
                .map(path::resolve)
                .toList();
    }

    /** Bytes of records that wait. */
    long waitingBytes() throws IOException {
        long bytes = 0;
        for (Path file : Stream.concat(complete().stream(), begun().stream()).toList()) {
            try {
                bytes += Files.size(file);
            } catch (NoSuchFileException e) {
                // It was drained meanwhile.
            }
        }
        return bytes;
    }

    /** Lets a file that was begun be drained. */
    void complete(Path begun) throws IOException {
        rename(begun, COMPLETE);
    }

    /** Puts a file that was drained aside. */
    void putAside(Path complete) throws IOException {
        rename(complete, BAD);
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        Durable.syncDirectory(path);
    }

    private void rename(Path file, String ending) throws IOException {
        String name = file.getFileName().toString();
        Files.move(
                file, path.resolve(name.substring(0, name.lastIndexOf('.')) + ending), StandardCopyOption.ATOMIC_MOVE);
        Durable.syncDirectory(path);
    }

    private List<Path> own(String ending) throws IOException {
        return names().stream()
                .filter(name -> name.endsWith(ending) && OWN.matcher(name).matches())
                .map(path::resolve)
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private FileAttribute<?>[] forOwner(String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
