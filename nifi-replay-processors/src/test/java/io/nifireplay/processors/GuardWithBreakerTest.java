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
package io.nifireplay.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.services.breaker.BreakerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.nifi.util.MockFlowFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GuardDelivery and CompleteEvent around a downstream that is out. */
class GuardWithBreakerTest {
    @TempDir
    private Path directory;

    private final SharedBreaker shared = new SharedBreaker();
    private JournalRunner admission;
    private JournalRunner guard;
    private JournalRunner completion;
    private int events;

    @BeforeEach
    void setUp() {
        admission = JournalRunner.of(new JournalEvent(), directory);
        guard = JournalRunner.of(new GuardDelivery(), directory);
        completion = JournalRunner.of(new CompleteEvent(), directory);
        shared.isThatOf(guard);
        shared.isThatOf(completion);
    }

    @AfterEach
    void tearDown() {
        completion.close();
        guard.close();
        admission.close();
    }

    private MockFlowFile admitted() {
        return admission
                .enqueue("content", Map.of("ce-id", Integer.toString(++events), "ce-source", "a"))
                .run()
                .only("accepted");
    }

    private void end(MockFlowFile delivered, String outcome, String status, String duration) {
        Map<String, String> attributes = new HashMap<>(delivered.getAttributes());
        attributes.put("invokehttp.status.code", status);
        attributes.put("invokehttp.request.duration", duration);
        completion.with("Outcome", outcome).enqueue("content", attributes).run();
    }

    private void fail(String status) {
        end(guard.enqueue(admitted()).run().only("deliver"), "failed", status, "5");
    }

    private void open() {
        while (shared.breaker().standing().isClosed()) {
            fail("503");
        }
        assertThat(shared.breaker().standing().state()).isEqualTo(BreakerState.OPEN);
    }

    private List<MockFlowFile> enqueue(int count) {
        List<MockFlowFile> flowFiles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MockFlowFile flowFile = admitted();
            flowFiles.add(flowFile);
            guard.enqueue(flowFile);
        }
        return flowFiles;
    }

    private void assertHeld(int waiting) {
        guard.nifi().assertTransferCount("deliver", 0);
        assertThat(guard.nifi().getQueueSize().getObjectCount()).isEqualTo(waiting);
    }

    @Test
    void holdsTheQueueWhileTheBreakerIsOpenAndSaysSoOnce() {
        open();
        enqueue(3);
        guard.nifi().clearTransferState();
        guard.nifi().run(3);
        assertHeld(3);
        assertThat(guard.nifi().getLogger().getWarnMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg())
                        .contains("3 FlowFiles wait")
                        .contains("type 503"));
    }

    @Test
    void letsOnlyTheProbesThroughWhenTheBreakerIsHalfOpen() {
        open();
        enqueue(5);
        shared.pass(SharedBreaker.OPEN_TIME.plusMillis(1));
        guard.run();
        guard.nifi().assertTransferCount("deliver", SharedBreaker.PROBES);
        List<MockFlowFile> probes = List.copyOf(guard.on("deliver"));
        guard.run();
        assertHeld(5 - SharedBreaker.PROBES);

        probes.forEach(probe -> end(probe, "completed", "200", "5"));
        guard.run();
        guard.nifi().assertTransferCount("deliver", 5 - SharedBreaker.PROBES);
    }

    @Test
    void aClaimThatIsTurnedAwayTakesNoProbe() {
        MockFlowFile admitted = admitted();
        guard.enqueue(admitted).run().only("deliver");
        open();
        shared.pass(SharedBreaker.OPEN_TIME.plusMillis(1));

        guard.enqueue("content", admitted.getAttributes()).run().only("superseded");

        assertThat(shared.breaker().room(10)).isEqualTo(SharedBreaker.PROBES);
    }

    @Test
    void aFailureThatIsTheEventsOwnDoesNotOpenTheBreaker() {
        for (int i = 0; i < 6; i++) {
            fail("422");
        }
        assertThat(shared.breaker().standing().isClosed()).isTrue();
    }

    @Test
    void slowCallsOpenTheBreakerAndADurationThatIsNoneDoesNot() {
        end(guard.enqueue(admitted()).run().only("deliver"), "completed", "200", "soon");
        end(guard.enqueue(admitted()).run().only("deliver"), "completed", "200", "");
        assertThat(shared.breaker().standing().isClosed()).isTrue();
        for (int i = 0; i < 4; i++) {
            end(guard.enqueue(admitted()).run().only("deliver"), "completed", "200", "1001");
        }
        assertThat(shared.breaker().standing().state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void deliversEverythingWhileTheBreakerIsClosed() {
        enqueue(5);
        guard.run();
        guard.nifi().assertTransferCount("deliver", 5);
    }

    @Test
    void newEventsTakeTheProbesBeforeReplayedOnes() {
        MockFlowFile retried = retried();
        open();
        guard.with("Replayed Events", "after new events").enqueue(retried);
        List<MockFlowFile> fresh = enqueue(SharedBreaker.PROBES);
        shared.pass(SharedBreaker.OPEN_TIME.plusMillis(1));
        guard.run();
        assertThat(guard.on("deliver"))
                .extracting(flowFile -> flowFile.getAttribute("replay.idempotency.key"))
                .containsExactlyElementsOf(fresh.stream()
                        .map(flowFile -> flowFile.getAttribute("replay.idempotency.key"))
                        .toList());
    }

    @Test
    void anAttributeMakesNoReplayedEventANewOne() {
        MockFlowFile retried = retried();
        Map<String, String> forged = new HashMap<>(retried.getAttributes());
        forged.put("replay.attempt", "1");
        open();
        guard.with("Replayed Events", "after new events").enqueue("content", forged);
        enqueue(SharedBreaker.PROBES);
        shared.pass(SharedBreaker.OPEN_TIME.plusMillis(1));
        guard.run();
        assertThat(guard.on("deliver"))
                .extracting(flowFile -> flowFile.getAttribute("replay.idempotency.key"))
                .doesNotContain(retried.getAttribute("replay.idempotency.key"));
    }

    /** An event in its second attempt: its first failed by its own fault. */
    private MockFlowFile retried() {
        MockFlowFile first = admitted();
        MockFlowFile delivered = guard.enqueue(first).run().only("deliver");
        end(delivered, "failed", "422", "5");
        Map<String, String> again = Map.of("ce-id", Integer.toString(events), "ce-source", "a");
        MockFlowFile second = admission.enqueue("content", again).run().only("accepted");
        second.assertAttributeEquals("replay.attempt", "2");
        return second;
    }
}
