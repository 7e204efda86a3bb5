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
package io.nifireplay.journal.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.EventRange;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.outbox.Outbox;
import io.nifireplay.journal.testing.ChildJvm;
import io.nifireplay.journal.testing.Hashes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes the journal is killed at any moment; what it was told is there. */
class KilledWriterTest {
    private static final int ROUNDS = 50;
    private static final List<String> SMALL =
            List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    /** What was acknowledged last of an event, over all rounds. */
    private record Known(EventRef ref, String word) {}

    @TempDir
    Path directory;

    @Test
    void whatWasAcknowledgedIsThereAfterAKillAtAnyMoment() throws Exception {
        long seed = Long.getLong("killed-writer.seed", System.nanoTime());
        System.out.println("KilledWriterTest: -Dkilled-writer.seed=" + seed);
        Random dice = new Random(seed);
        Path journal = directory.resolve("journal");
        Map<String, Known> acknowledged = new HashMap<>();
        Map<String, Long> heads = new HashMap<>();
        Told told = new Told();
        for (int round = 0; round < ROUNDS; round++) {
            List<String> said = runAndKill(journal, round, dice);
            Map<String, Known> news = note(said);
            assertThat(news).as("acknowledged in round %d", round).isNotEmpty();
            assertThat(acknowledged.keySet()).doesNotContainAnyElementsOf(news.keySet());
            try (RocksDBJournal reopened = KilledWriter.open(journal)) {
                news.forEach((key, known) -> check(reopened, key, known));
                checkPositions(reopened, heads);
                told.check(reopened);
            }
            acknowledged.putAll(news);
        }
        try (RocksDBJournal reopened = KilledWriter.open(journal)) {
            acknowledged.forEach((key, known) -> check(reopened, key, known));
            heads.clear();
            checkPositions(reopened, heads);
        }
    }

    /** What the outbox has told over all rounds: of each change once, and of nothing else. */
    private static final class Told {
        private long last;
        private final Set<EventRef> admitted = new HashSet<>();
        private final Set<EventRef> completed = new HashSet<>();
        private final Set<EventRef> deadLetters = new HashSet<>();

        void check(RocksDBJournal journal) {
            Outbox outbox = journal.outbox().orElseThrow();
            List<Notice> notices = outbox.pending(outbox.last(), Integer.MAX_VALUE);
            for (Notice notice : notices) {
                assertThat(notice.number()).isEqualTo(++last);
                switch (notice.happening()) {
                    case Happening.Admitted it -> addAll(admitted, it.events());
                    case Happening.Completed it -> addAll(completed, it.events());
                    case Happening.DeadLettered it ->
                        assertThat(deadLetters.add(it.attempt().event())).isTrue();
                    default -> throw new AssertionError("Nothing else happens: " + notice);
                }
            }
            assertThat(outbox.last()).isEqualTo(last);
            outbox.told(notices, last - notices.size());
            assertThat(outbox.pending(last, 1)).isEmpty();

            long events = 0;
            for (Checkpoint checkpoint : journal.checkpoints()) {
                events += checkpoint.head();
            }
            assertThat(admitted).hasSize((int) events);
            Map<Status, Set<EventRef>> byStatus = new EnumMap<>(Status.class);
            journal.scan(
                    Selector.ALL,
                    view -> byStatus.computeIfAbsent(view.state().status(), status -> new HashSet<>())
                            .add(view.ref()));
            assertThat(completed).isEqualTo(byStatus.getOrDefault(Status.COMPLETED, Set.of()));
            assertThat(deadLetters).isEqualTo(byStatus.getOrDefault(Status.DEAD_LETTER, Set.of()));
        }

        private static void addAll(Set<EventRef> events, List<EventRange> ranges) {
            for (EventRange range : ranges) {
                for (long position = range.from(); position <= range.to(); position++) {
                    assertThat(events.add(new EventRef(range.partition(), position)))
                            .isTrue();
                }
            }
        }
    }

    private List<String> runAndKill(Path journal, int round, Random dice) throws Exception {
        try (ChildJvm child = ChildJvm.start(
                directory.resolve("scratch"),
                SMALL,
                KilledWriter.class,
                journal.toString(),
                Integer.toString(round),
                Long.toString(dice.nextLong()))) {
            List<String> said = new ArrayList<>();
            said.add(child.line());
            // Not a wait for anything: the moment of the kill.
            LockSupport.parkNanos(Duration.ofMillis(5 + dice.nextInt(396)).toNanos());
            said.addAll(child.kill());
            return said;
        }
    }

    private static Map<String, Known> note(List<String> said) {
        Map<String, Known> news = new HashMap<>();
        for (String line : said) {
            String[] words = line.split(" ");
            if (words[0].equals("admitted")) {
                news.put(words[1], new Known(new EventRef(words[2], Long.parseLong(words[3])), words[0]));
            } else {
                news.put(words[1], new Known(news.get(words[1]).ref(), words[0]));
            }
        }
        return news;
    }

    private static void check(RocksDBJournal journal, String key, Known known) {
        EventView view = journal.find(known.ref()).orElseThrow(() -> new AssertionError(key + " is lost: " + known));
        assertThat(view.envelope().key()).isEqualTo(key);
        assertThat(journal.findByKey(key)).contains(view);
        String expected = Hashes.sha256(KilledWriter.content(key));
        assertThat(view.contentHash()).isEqualTo(expected);
        assertThat(Hashes.sha256(journal.content(known.ref()).orElseThrow()))
                .as("content of %s", key)
                .isEqualTo(expected);
        // What was under way at the kill may have come through, unsaid.
        Status status = view.state().status();
        switch (known.word()) {
            case "admitted" -> assertThat(status).isIn(Status.IN_FLIGHT, Status.DELIVERING);
            case "claimed" -> assertThat(status).isNotEqualTo(Status.IN_FLIGHT);
            default -> assertThat(status.name()).isEqualTo(known.word());
        }
        assertThat(view.state().attempt()).isEqualTo(1);
        assertThat(view.state().owner()).isEqualTo("flowfile " + key);
    }

    /** No position without an event, none with two, and the checkpoint says what the events say. */
    private static void checkPositions(RocksDBJournal journal, Map<String, Long> heads) {
        for (Checkpoint checkpoint : journal.checkpoints()) {
            long from = heads.getOrDefault(checkpoint.partition(), 0L);
            for (long position = from + 1; position <= checkpoint.head(); position++) {
                EventRef ref = new EventRef(checkpoint.partition(), position);
                EventView view = journal.find(ref).orElseThrow(() -> new AssertionError(ref + " is a hole"));
                assertThat(journal.findByKey(view.envelope().key())
                                .orElseThrow()
                                .ref())
                        .isEqualTo(ref);
                assertThat(checkpoint.isSettled(position))
                        .isEqualTo(view.state().isSettled());
            }
            heads.put(checkpoint.partition(), checkpoint.head());
        }
    }
}
