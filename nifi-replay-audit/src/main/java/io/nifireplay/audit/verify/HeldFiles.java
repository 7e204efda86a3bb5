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
import io.nifireplay.audit.note.NoteSignature;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SignedNote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads checkpoints that were held elsewhere: single files, and folders with what is below them. */
public final class HeldFiles {
    /** How many of the newest days {@link #readRecent} reads as a whole. */
    public static final int RECENT_DAYS = 2;

    /** As a folder of checkpoints names the first one of its size; others contradict it. */
    private static final String FIRST_OF_ITS_SIZE = "[0-9]{19}" + Pattern.quote(CheckpointFolder.SUFFIX);

    private HeldFiles() {}

    /** Which files of a folder are read. */
    private interface Choice {
        List<Path> of(Path folder) throws IOException;
    }

    /**
     * Reads checkpoints, the smallest first.
     *
     * @param stamps verifies the time stamps beside them; without it they are left alone
     * @throws IOException when one cannot be read, is no checkpoint, or has a time stamp that does not verify, and when a folder
     *     has none
     */
    public static List<HeldCheckpoint> read(List<Path> paths, Optional<TimeStamps> stamps) throws IOException {
        return read(paths, stamps, HeldFiles::files);
    }

    /**
     * The same, but for folders with a sub-folder for each day, as {@link CheckpointFolder} keeps them, of days before the
     * newest {@value #RECENT_DAYS} only the last checkpoint, those that contradict another, and those at which the log changed its
     * key, which two have signed. A folder of a busy trail has
     * 86,400 checkpoints a day, and grows for ever. Who does this every day misses nothing: a trail that agrees with the last
     * checkpoint of a day is the one that agreed, on that day, with all before it. But for those who have the signing key and
     * can put files into the folders of past days.
     *
     * @throws IOException as {@link #read} does
     */
    public static List<HeldCheckpoint> readRecent(List<Path> paths, Optional<TimeStamps> stamps) throws IOException {
        return read(paths, stamps, HeldFiles::recentFiles);
    }

    private static List<HeldCheckpoint> read(List<Path> paths, Optional<TimeStamps> stamps, Choice choice)
            throws IOException {
        List<HeldCheckpoint> held = new ArrayList<>();
        for (Path path : paths) {
            List<Path> files = Files.isDirectory(path) ? choice.of(path) : List.of(path);
            if (files.isEmpty()) {
                throw new IOException("There is no checkpoint in " + path + ", with which the trail is to be compared");
            }
            for (Path file : files) {
                held.add(checkpoint(file, stamps));
            }
        }
        held.sort(Comparator.comparingLong(each -> each.checkpoint().head().size()));
        return held;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> name(file).endsWith(CheckpointFolder.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> recentFiles(Path folder) throws IOException {
        List<Path> days;
        List<Path> recent = new ArrayList<>();
        try (Stream<Path> children = Files.list(folder)) {
            Map<Boolean, List<Path>> sorted = children.sorted()
                    .collect(Collectors.partitioningBy(
                            child -> Files.isDirectory(child) && CheckpointFolder.isDay(child)));
            days = sorted.get(true);
            for (Path other : sorted.get(false)) {
                if (Files.isDirectory(other) || name(other).endsWith(CheckpointFolder.SUFFIX)) {
                    recent.addAll(files(other));
                }
            }
        }
        for (int i = 0; i < days.size(); i++) {
            List<Path> ofDay = files(days.get(i));
            boolean isRecent = days.size() - i <= RECENT_DAYS;
            recent.addAll(isRecent ? ofDay : thinned(ofDay));
        }
        return recent;
    }

    private static List<Path> thinned(List<Path> ofDay) throws IOException {
        List<Path> ordered = ofDay.stream()
                .filter(file -> name(file).matches(FIRST_OF_ITS_SIZE))
                .toList();
        Set<Path> kept = new HashSet<>(ofDay);
        ordered.forEach(kept::remove);
        if (!ordered.isEmpty()) {
            kept.add(ordered.getLast());
            keepHandOvers(ordered, kept);
        }
        return ofDay.stream().filter(kept::contains).toList();
    }

    /** Keeps what two keys have signed. It stands between those of the one and of the other: halving finds it in a few reads. */
    private static void keepHandOvers(List<Path> ordered, Set<Path> kept) throws IOException {
        for (Path end : List.of(ordered.getFirst(), ordered.getLast())) {
            if (signed(end).note().signatures().size() > 1) {
                kept.add(end);
            }
        }
        int middle = ordered.size() / 2;
        if (ordered.size() > 2 && !haveSameSigners(signed(ordered.getFirst()), signed(ordered.getLast()))) {
            keepHandOvers(ordered.subList(0, middle + 1), kept);
            keepHandOvers(ordered.subList(middle, ordered.size()), kept);
        }
    }

    private static boolean haveSameSigners(SignedCheckpoint first, SignedCheckpoint second) {
        return signers(first).equals(signers(second));
    }

    private static List<String> signers(SignedCheckpoint checkpoint) {
        return checkpoint.note().signatures().stream().map(NoteSignature::key).toList();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static HeldCheckpoint checkpoint(Path file, Optional<TimeStamps> stamps) throws IOException {
        SignedCheckpoint checkpoint = signed(file);
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

    private static SignedCheckpoint signed(Path file) throws IOException {
        if (Files.size(file) > SignedNote.MAX_BYTES) {
            throw new IOException(file + " is no checkpoint: it is too large");
        }
        try {
            return SignedCheckpoint.parse(Files.readAllBytes(file));
        } catch (MalformedNoteException e) {
            throw new IOException(file + " is no checkpoint: " + e.getMessage(), e);
        }
    }
}
