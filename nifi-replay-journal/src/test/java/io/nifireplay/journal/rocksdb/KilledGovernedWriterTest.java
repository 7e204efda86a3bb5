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

import io.nifireplay.journal.EventState;
import io.nifireplay.journal.governance.Approval;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.outbox.Outbox;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.testing.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process in which governed jobs run is killed at any moment: no state is without its notice, no approval is used twice. */
class KilledGovernedWriterTest {
    private static final int ROUNDS = 25;
    private static final List<String> SMALL =
            List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    @TempDir
    Path directory;

    /** All that was ever noted of each job, over all rounds. */
    private final Map<String, List<Happening.JobChanged>> noted = new HashMap<>();

    private final Map<String, Integer> generations = new HashMap<>();

    @Test
    void noStateIsWithoutItsNoticeAndNoApprovalIsUsedTwice() throws Exception {
        long seed = Long.getLong("killed-governed-writer.seed", System.nanoTime());
        System.out.println("KilledGovernedWriterTest: -Dkilled-governed-writer.seed=" + seed);
        Random dice = new Random(seed);
        Path journal = directory.resolve("journal");
        for (int round = 0; round < ROUNDS; round++) {
            List<String> said = runAndKill(journal, round, dice);
            try (RocksDBJournal reopened = GovernedWriter.open(journal)) {
                readNotices(reopened);
                Map<String, GovernedJob> jobs = new HashMap<>();
                reopened.coordinator("coordinator").jobs().forEach(job -> jobs.put(job.id(), job));
                assertThat(jobs.keySet()).isEqualTo(noted.keySet());
                jobs.values().forEach(this::check);
                said.stream().filter(line -> line.startsWith("job-")).forEach(line -> checkSaid(line, jobs));
                checkEvents(reopened);
            }
        }
        assertThat(noted.values())
                .as("jobs that ran")
                .anySatisfy(changes -> assertThat(changes.getLast().after()).isEqualTo("FINISHED"));
    }

    private List<String> runAndKill(Path journal, int round, Random dice) throws Exception {
        try (ChildJvm child = ChildJvm.start(
                directory.resolve("scratch"),
                SMALL,
                GovernedWriter.class,
                journal.toString(),
                Integer.toString(round),
                Long.toString(dice.nextLong()))) {
            List<String> said = new ArrayList<>();
            said.add(child.line());
            // Not a wait for anything: the moment of the kill.
            LockSupport.parkNanos(Duration.ofMillis(5 + dice.nextInt(596)).toNanos());
            said.addAll(child.kill());
            return said;
        }
    }

    private void readNotices(RocksDBJournal journal) {
        Outbox outbox = journal.outbox().orElseThrow();
        List<Notice> notices = outbox.pending(outbox.last(), Integer.MAX_VALUE);
        for (Notice notice : notices) {
            if (notice.happening() instanceof Happening.JobChanged change) {
                noted.computeIfAbsent(change.job(), absent -> new ArrayList<>()).add(change);
            }
            assertThat(notice.policy()).isPresent();
        }
        outbox.told(notices, outbox.last() - notices.size());
    }

    private void check(GovernedJob job) {
        List<Happening.JobChanged> changes = noted.get(job.id());
        assertThat(changes.getFirst().before()).isEmpty();
        for (int i = 0; i < changes.size(); i++) {
            assertThat(changes.get(i).governed().orElseThrow().version())
                    .as("notices of %s", job.id())
                    .isEqualTo(i + 1L);
            if (i > 0) {
                assertThat(changes.get(i).before()).contains(changes.get(i - 1).after());
            }
        }
        assertThat(changes.getLast().after()).isEqualTo(job.state().name());
        assertThat(job.version()).isEqualTo(changes.size());
        List<Happening.JobChanged> starts = changes.stream()
                .filter(change -> change.before().equals(Optional.of("APPROVED"))
                        && change.after().equals("RUNNING"))
                .toList();
        assertThat(starts).hasSizeLessThanOrEqualTo(1);
        if (!starts.isEmpty()) {
            Approval approval = job.approval().orElseThrow();
            assertThat(approval.used()).isTrue();
            assertThat(starts.getFirst().governed().orElseThrow().approver()).contains(approval.approver());
            assertThat(starts.getFirst().governed().orElseThrow().items()).contains(approval.items());
        }
    }

    /** What was acknowledged is there, or what came after it. */
    private static void checkSaid(String line, Map<String, GovernedJob> jobs) {
        String[] words = line.split(" ");
        GovernedJob job = jobs.get(words[0]);
        assertThat(job).as(line).isNotNull();
        long version = Long.parseLong(words[1]);
        assertThat(job.version()).as(line).isGreaterThanOrEqualTo(version);
        if (job.version() == version) {
            assertThat(job.state()).isEqualTo(JobState.valueOf(words[2]));
        }
    }

    /** No event is in more generations than jobs were started. */
    private void checkEvents(RocksDBJournal journal) {
        long started = noted.values().stream()
                .filter(changes ->
                        changes.stream().anyMatch(change -> change.after().equals("RUNNING")))
                .count();
        for (int event = 0; event < GovernedWriter.EVENTS; event++) {
            String key = GovernedWriter.key(event);
            journal.findByKey(key).ifPresent(view -> {
                EventState state = view.state();
                assertThat(state.generation()).isBetween(generations.getOrDefault(key, 1), (int) started + 1);
                generations.put(key, state.generation());
            });
        }
    }
}
