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
package io.nifireplay.audit.held;

import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SignedNote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of checkpoints, on another machine or another person's: a sub-folder for each day (UTC), in it one file {@code
 * <size in 19 digits>.checkpoint} for each checkpoint of that day. Nothing is ever replaced. Whoever needs fewer may delete
 * any of them; the latest is the one that matters most. One folder for each log.
 */
public final class CheckpointFolder implements CheckpointReceiver {
    /** How names of files of checkpoints end. */
    public static final String SUFFIX = ".checkpoint";

    private static final String DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";

    private final Path folder;
    private final Clock clock;

    public CheckpointFolder(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    @Override
    public String description() {
        return "the folder " + folder;
    }

    @Override
    public void receive(SignedCheckpoint checkpoint) throws IOException {
        Path day = folder.resolve(
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString());
        Path file = day.resolve(name(checkpoint));
        byte[] bytes = checkpoint.bytes();
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
            return;
        }
        Files.createDirectories(day);
        // Another root of the same size is a fork of the log: the evidence is not replaced.
        for (int number = 2; Files.exists(file); number++) {
            if (Arrays.equals(Files.readAllBytes(file), bytes)) {
                return;
            }
            file = day.resolve("%019d-%d%s".formatted(checkpoint.head().size(), number, SUFFIX));
        }
        Path begun = day.resolve(".new");
        HeldFiles.write(begun, bytes);
        HeldFiles.move(begun, file);
    }

    /** The file's name of a checkpoint. */
    static String name(SignedCheckpoint checkpoint) {
        return "%019d%s".formatted(checkpoint.head().size(), SUFFIX);
    }

    /** The day on which a checkpoint was received at last, as far as it is there still. */
    Optional<Path> find(SignedCheckpoint checkpoint) throws IOException {
        for (Path day : days()) {
            Path file = day.resolve(name(checkpoint));
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    @Override
    public List<SignedCheckpoint> newest() throws IOException {
        for (Path day : days()) {
            Optional<Path> newest;
            try (Stream<Path> files = Files.list(day)) {
                newest = files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                        .max(Comparator.comparing(file -> file.getFileName().toString()));
            }
            if (newest.isPresent()) {
                return List.of(read(newest.get()));
            }
        }
        return List.of();
    }

    /** Whether a sub-folder is that of a day. */
    public static boolean isDay(Path folder) {
        return folder.getFileName().toString().matches(DAY);
    }

    private List<Path> days() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> days = Files.list(folder)) {
            return days.filter(CheckpointFolder::isDay)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private static SignedCheckpoint read(Path file) throws IOException {
        if (Files.size(file) > SignedNote.MAX_BYTES) {
            throw new IOException("The file " + file + " is no checkpoint: it is too large");
        }
        try {
            return SignedCheckpoint.parse(Files.readAllBytes(file));
        } catch (MalformedNoteException e) {
            throw new IOException("The file " + file + " is no checkpoint: " + e.getMessage(), e);
        }
    }
}
