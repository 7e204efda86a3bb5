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
package io.nifireplay.audit.verify;

import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.held.TimeStampedFolder;
import io.nifireplay.audit.held.TimeStamps;
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SignedNote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads checkpoints that were held elsewhere: single files, and folders with all below them. */
public final class HeldFiles {
    private HeldFiles() {}

    /**
     * Reads checkpoints, the smallest first.
     *
     * @param stamps verifies the time stamps beside them; without it they are left alone
     * @throws IOException when one cannot be read, is no checkpoint, or has a time stamp that does not verify
     */
    public static List<HeldCheckpoint> read(List<Path> paths, Optional<TimeStamps> stamps) throws IOException {
        List<HeldCheckpoint> held = new ArrayList<>();
        for (Path path : paths) {
            for (Path file : files(path)) {
                held.add(checkpoint(file, stamps));
            }
        }
        held.sort(Comparator.comparingLong(each -> each.checkpoint().head().size()));
        return held;
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(file -> file.getFileName().toString().endsWith(CheckpointFolder.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static HeldCheckpoint checkpoint(Path file, Optional<TimeStamps> stamps) throws IOException {
        if (Files.size(file) > SignedNote.MAX_BYTES) {
            throw new IOException(file + " is no checkpoint: it is too large");
        }
        SignedCheckpoint checkpoint;
        try {
            checkpoint = SignedCheckpoint.parse(Files.readAllBytes(file));
        } catch (MalformedNoteException e) {
            throw new IOException(file + " is no checkpoint: " + e.getMessage(), e);
        }
        Path stamp = file.resolveSibling(file.getFileName() + TimeStampedFolder.SUFFIX);
        Optional<Instant> time = Optional.empty();
        if (stamps.isPresent() && Files.exists(stamp)) {
            try {
                time = Optional.of(stamps.get().verify(Files.readAllBytes(stamp), checkpoint));
            } catch (IOException e) {
                throw new IOException("The time stamp " + stamp + " cannot be used: " + e.getMessage(), e);
            }
        }
        return new HeldCheckpoint(file.toString(), checkpoint, time);
    }
}
