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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The directory of a log, held by one process:
 *
 * <pre>
 *   log/checkpoint      the last signed checkpoint
 *   log/tile/…          tiles and entry bundles; log/ is what is published
 *   state/log.format    one line: "nifi-replay-audit 1"; there once the first checkpoint is
 *   state/log.lock      locked while the log is open
 *   state/acknowledged  size and root up to which entries were acknowledged
 *   state/wal/          entries that are acknowledged and not published yet
 *   state/publishing/   files that are being made
 *   personal/           not of the log: keys of subjects, where ids of persons are sealed under such
 * </pre>
 */
final class LogDirectory implements AutoCloseable {
    private static final String FORMAT = "nifi-replay-audit 1\n";
    private static final int MAX_FORMAT_BYTES = 100;

    private final Path directory;
    private final DirectoryLock lock;

    private LogDirectory(Path directory, DirectoryLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** @throws AuditException when it cannot be made or written, or another holds it */
    static LogDirectory open(Path directory) {
        try {
            Files.createDirectories(directory.resolve("log"));
            Files.createDirectories(directory.resolve("state"));
            LogDirectory opened = new LogDirectory(
                    directory, DirectoryLock.take("The audit trail", directory, directory.resolve("state/log.lock")));
            opened.clearPublishing();
            return opened;
        } catch (IOException e) {
            throw new AuditException(
                    "The audit trail's directory " + directory + " cannot be used: " + e
                            + ". Choose one that NiFi's user may write",
                    e);
        }
    }

    Path directory() {
        return directory;
    }

    /** What is published. */
    Path published() {
        return directory.resolve("log");
    }

    Path checkpoint() {
        return checkpoint(directory);
    }

    static Path checkpoint(Path directory) {
        return directory.resolve("log/checkpoint");
    }

    Path wal() {
        return directory.resolve("state/wal");
    }

    Path acknowledged() {
        return directory.resolve("state/acknowledged");
    }

    Path publishing() {
        return directory.resolve("state/publishing");
    }

    /**
     * Whether the log was made, to its first checkpoint.
     *
     * @throws AuditException when it is of another format, or only a part of it is there
     */
    boolean isMade() throws IOException {
        return isMade(directory);
    }

    /** The same for a directory that another may hold, or that is not there. */
    static boolean isMade(Path directory) throws IOException {
        Path published = directory.resolve("log");
        Path format = directory.resolve("state/log.format");
        if (!Files.exists(format)) {
            // A checkpoint of nothing is left by a making that was cut short.
            if (Files.exists(published.resolve("tile"))) {
                throw new AuditException("The directory " + published + " holds a log, but "
                        + directory.resolve("state")
                        + " does not: restore both from one backup, or start a new trail"
                        + " in another directory, under another origin");
            }
            return false;
        }
        String text = Files.size(format) > MAX_FORMAT_BYTES ? "" : Files.readString(format);
        if (!text.equals(FORMAT)) {
            throw new AuditException("The audit trail " + directory + " is of another format, or its file " + format
                    + " is damaged: this NiFi Replay reads '" + FORMAT.strip() + "'");
        }
        Path checkpoint = checkpoint(directory);
        if (!Files.exists(checkpoint)) {
            throw new AuditException("The audit trail " + directory + " has lost its file " + checkpoint
                    + ": restore it from where checkpoints are held, or from a backup");
        }
        return true;
    }

    void markMade() throws IOException {
        Durable.replace(directory.resolve("state/log.format"), FORMAT.getBytes(StandardCharsets.US_ASCII));
    }

    /** Files that a publication had begun, and nobody needs. */
    void clearPublishing() throws IOException {
        Files.createDirectories(publishing());
        try (Stream<Path> files = Files.list(publishing())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
