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
package io.nifireplay.systemtest.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.Funnel;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * SIGKILL between the journal's write and the session's commit. JournalEvent runs with a run duration of half a second:
 * NiFi commits its session at the end of that, while the journal has written each FlowFile at once. So a kill right behind
 * a write of the journal leaves FlowFiles in the queue that the journal has admitted.
 */
@ExtendWith(KeepLogs.class)
class CrashSystemTest {
    private static final int ROUNDS = 8;
    private static final String HANDED_OVER_AGAIN = "handed over again by NiFi";

    private final Random random = new Random();

    @Test
    void admitsEachEventOnceHoweverOftenNiFiIsKilledBehindAWriteOfTheJournal() throws IOException {
        Path home = Homes.fresh("crash");
        try (NiFiInstance nifi = NiFiInstance.in(home).build()) {
            nifi.start();
            ProcessGroup group = nifi.client().root().createGroup("crash");
            JournalFlow flow = new JournalFlow(group);
            Processor generate = flow.add("GenerateFlowFile", Map.of("Custom Text", "an event", "Batch Size", "30"))
                    .every("100 ms");
            Processor key = flow.add("UpdateAttribute", Map.of(JournalFlow.KEY, "${UUID()}"));
            Processor journalEvent = flow.journalEvent()
                    .set("Batch Size", "1")
                    .runDuration(500)
                    .every("600 ms")
                    .concurrentTasks(2);
            flow.connect(generate, "success", key);
            Connection arriving = flow.connect(key, "success", journalEvent).backPressure(0);
            Funnel witness = group.createFunnel();
            Connection sent = flow.connectAlso(key, "success", witness).backPressure(0);

            Processor told = flow.add(
                    "RouteOnAttribute", Map.of("again", "${replay.reason:equals('" + HANDED_OVER_AGAIN + "')}"));
            Path files = home.resolve("admitted");
            Processor write = flow.add(
                    "ReplaceText",
                    Map.of(
                            "Replacement Strategy",
                            "Always Replace",
                            "Replacement Value",
                            "${" + JournalFlow.KEY + "}"));
            Processor name =
                    flow.add("UpdateAttribute", Map.of("filename", "${replay.event.id:substringAfterLast('/')}"));
            Processor put =
                    flow.add("PutFile", Map.of("Directory", files.toString(), "Conflict Resolution Strategy", "fail"));
            Connection admitted = flow.connect(journalEvent, "accepted", told).backPressure(0);
            Connection again = flow.connect(told, "again", write).backPressure(0);
            flow.connect(told, "unmatched", write).backPressure(0);
            flow.connect(write, "success", name).backPressure(0);
            flow.connect(name, "success", put).backPressure(0);
            flow.prepare();
            flow.queue(put, "success").backPressure(0);
            flow.startWithout(told, write, name, put);
            nifi.awaitFlowSaved();

            for (int round = 1; round <= ROUNDS; round++) {
                admitted.awaitAtLeast(admitted.count() + 1);
                if (round % 2 == 0) {
                    await().pollDelay(Duration.ofMillis(random.nextInt(1_000))).until(() -> true);
                } else {
                    awaitWrite(flow.directory());
                }
                nifi.killNow();
                nifi.start();
            }

            generate.stop();
            flow.queue(generate, "success").awaitEmpty();
            journalEvent.stop().every("0 sec").set("Batch Size", "1000").start();
            arriving.awaitCount("none", count -> count == 0, Timeouts.FLOW);
            journalEvent.stop();
            long events = sent.count();
            assertThat(flow.counts(journalEvent)).isEqualTo(Map.of("accepted", events));

            told.start();
            admitted.awaitCount("none", count -> count == 0, Timeouts.FLOW);
            assertThat(again.count())
                    .as("FlowFiles that the journal had admitted when NiFi was killed")
                    .isPositive();
            write.start();
            name.start();
            put.start();
            flow.queue(put, "success").awaitCount("all", count -> count == events, Timeouts.FLOW);
            assertThat(flow.counts(put)).isEqualTo(Map.of("success", events));
            positionsAndKeysAreUnique(files, events);
            assertThat(flow.readEvents()).hasSize((int) events).allSatisfy(event -> {
                assertThat(event.state().attempt()).isEqualTo(1);
                assertThat(event.state().conflicts()).isZero();
            });
        }
    }

    private static void positionsAndKeysAreUnique(Path files, long events) throws IOException {
        List<Path> written;
        try (Stream<Path> listed = Files.list(files)) {
            written = listed.toList();
        }
        assertThat(written)
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, events)
                        .mapToObj(String::valueOf)
                        .toList());
        assertThat(written).extracting(Files::readString).doesNotHaveDuplicates();
    }

    /** Waits for the journal to write: the file {@code acknowledged} holds the number of its last durable write. */
    private static void awaitWrite(Path journal) {
        Path acknowledged = journal.resolve("acknowledged");
        byte[] before = bytes(acknowledged);
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Timeouts.FLOW)
                .until(() -> !Arrays.equals(before, bytes(acknowledged)));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
