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

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.log.DirectoryLock;
import io.nifireplay.audit.personal.PersonalIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings refusals from their spool into the trail. A file is removed once all its records are there, so each gets there at least
 * once; after a crash in between some are there twice, under the same record id. A line that cannot be read becomes an entry that
 * says so, and its file is put aside for a person to look at. For one thread.
 */
public final class RefusalDrain {
    /** Longer files are not the spool's. */
    private static final long MAX_FILE_BYTES = 4L * SpoolWriter.FILE_BYTES;
    /** Entries that are appended together. */
    private static final int BATCH = 500;

    private final SpoolDirectory directory;
    private final Clock clock;
    private final Set<Path> drained = new HashSet<>();
    private Set<String> told = new HashSet<>();

    /** @param directory the one that the authorizer writes to */
    public RefusalDrain(Path directory, Clock clock) {
        this.directory = new SpoolDirectory(directory);
        this.clock = clock;
    }

    /**
     * Brings all complete files into the trail. Those that are being written follow later.
     *
     * @throws AuditException when the trail does not take entries, or another drains this spool; what is not in the trail
     *     stays in the spool
     */
    public DrainReport drain(AuditTrail trail, PersonalIds ids) {
        Pass pass = new Pass(trail, ids);
        if (!Files.isDirectory(directory.path())) {
            pass.problems.add("There is no spool of refusals " + directory.path()
                    + ": replays that NiFi refuses are not in the audit trail. Name the same directory here and in"
                    + " authorizers.xml, and see NiFi's log for why its authorizer did not make it");
            return pass.report();
        }
        try {
            DirectoryLock lock = DirectoryLock.take("The spool of refusals", directory.path(), directory.drainLock());
            try (lock) {
                pass.drainAll();
            }
        } catch (IOException e) {
            pass.problems.add("The spool of refusals " + directory.path() + " cannot be drained: " + e
                    + ". Look at the disk and at the rights of the directory: NiFi's user must be able to read and to"
                    + " remove its files");
        }
        return pass.report();
    }

    /** One pass over the directory. */
    private final class Pass {
        private final AuditTrail trail;
        private final PersonalIds ids;
        private final List<String> problems = new ArrayList<>();
        private long refusals;
        private long missing;

        Pass(AuditTrail trail, PersonalIds ids) {
            this.trail = trail;
            this.ids = ids;
        }

        void drainAll() throws IOException {
            for (Path file : directory.complete()) {
                drain(file);
            }
            for (Path foreign : directory.foreign()) {
                problems.add("The spool of refusals " + directory.path() + " has a file that is not its own, "
                        + foreign.getFileName() + ", and leaves it alone: take it away");
            }
        }

        private void drain(Path file) throws IOException {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_FILE_BYTES) {
                problems.add("The spool of refusals " + directory.path() + " has something that it did not write, "
                        + file.getFileName() + ", and leaves it alone: find out who did, and take it away");
                return;
            }
            Lines lines = Lines.of(Files.readAllBytes(file));
            if (!drained.contains(file)) {
                append(file, lines);
                drained.add(file);
            }
            if (lines.unreadable() > 0) {
                directory.putAside(file);
            } else {
                directory.delete(file);
            }
            drained.remove(file);
        }

        private void append(Path file, Lines lines) {
            List<AuditEntry> all = new ArrayList<>(RefusalEntries.of(lines.records(), ids));
            for (SpoolRecord record : lines.records()) {
                switch (record) {
                    case SpoolRecord.Refused it -> refusals += it.times();
                    case SpoolRecord.Omitted it -> missing += it.count();
                }
            }
            if (lines.unreadable() > 0) {
                String name = file.getFileName().toString();
                all.add(RefusalEntries.unreadable(name, lines.unreadable(), clock.instant()));
                missing += lines.unreadable();
                problems.add(lines.unreadable() + " of the lines of " + name + " in the spool of refusals "
                        + directory.path() + " could not be read; the audit trail says so. "
                        + (lines.isTorn()
                                ? "The last one has no end, as after a crash or a power cut. "
                                : "They were changed after NiFi's authorizer wrote them. ")
                        + "The file is kept under the ending .bad: look at it, and remove it");
            }
            for (int from = 0; from < all.size(); from += BATCH) {
                trail.append(all.subList(from, Math.min(from + BATCH, all.size())));
            }
        }

        /** Problems that were told stay untold until they have gone. */
        DrainReport report() {
            List<String> untold =
                    problems.stream().filter(problem -> !told.contains(problem)).toList();
            told = new HashSet<>(problems);
            return new DrainReport(refusals, missing, untold);
        }
    }

    /** What a file says. */
    private record Lines(List<SpoolRecord> records, long unreadable, boolean isTorn) {
        static Lines of(byte[] bytes) {
            List<SpoolRecord> records = new ArrayList<>();
            long unreadable = 0;
            int begin = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    Optional<SpoolRecord> record = SpoolLine.read(Arrays.copyOfRange(bytes, begin, i));
                    record.ifPresent(records::add);
                    unreadable += record.isPresent() ? 0 : 1;
                    begin = i + 1;
                }
            }
            boolean isTorn = begin < bytes.length;
            return new Lines(records, unreadable + (isTorn ? 1 : 0), isTorn && unreadable == 0);
        }
    }
}
