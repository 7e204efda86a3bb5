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

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.nifi.util.MockFlowFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardDeliveryTest {
    @TempDir
    private Path directory;

    private JournalRunner admission;
    private JournalRunner guard;
    private JournalRunner completion;

    @BeforeEach
    void setUp() {
        admission = JournalRunner.of(new JournalEvent(), directory);
        guard = JournalRunner.of(new GuardDelivery(), directory);
        completion = JournalRunner.of(new CompleteEvent(), directory);
    }

    @AfterEach
    void tearDown() {
        completion.close();
        guard.close();
        admission.close();
    }

    @Test
    void claimsTheEffectBeforeTheFlowFileMayDeliver() {
        MockFlowFile delivered = guard.enqueue(admitted()).run().only("deliver");

        delivered.assertAttributeEquals("replay.idempotency.key", "a 1");
        assertThat(status()).isEqualTo(Status.DELIVERING);
    }

    @Test
    void putsAnIdempotencyKeyRightThatWasChangedOnTheWay() {
        MockFlowFile admitted = admitted();
        Map<String, String> attributes = new HashMap<>(admitted.getAttributes());
        attributes.put("replay.idempotency.key", "another's");

        guard.enqueue("content", attributes)
                .run()
                .only("deliver")
                .assertAttributeEquals("replay.idempotency.key", "a 1");
    }

    @Test
    void letsTheSameFlowFileRepeatItsClaimAfterACrash() {
        MockFlowFile admitted = admitted();
        guard.enqueue(admitted).run().only("deliver");
        guard.enqueue(admitted).run().only("deliver");
    }

    @Test
    void turnsASecondFlowFileOfTheSameEventAway() {
        MockFlowFile admitted = admitted();
        guard.enqueue(admitted).run();

        MockFlowFile second =
                guard.enqueue("content", admitted.getAttributes()).run().only("superseded");

        second.assertAttributeEquals("replay.outcome", "superseded");
        second.assertAttributeExists("replay.reason");
    }

    @Test
    void turnsAFlowFileOfACompletedEventAway() {
        MockFlowFile delivered = guard.enqueue(admitted()).run().only("deliver");
        completion.enqueue(delivered).run().only("success");

        guard.enqueue("content", delivered.getAttributes()).run().only("already completed");
    }

    @Test
    void rejectsAFlowFileWithoutATokenAndOneWithAForgedToken() {
        guard.enqueue("content", Map.of())
                .enqueue("content", Map.of("replay.token", "forged"))
                .enqueue("content", Map.of("replay.drill", "true"))
                .run();

        guard.nifi().assertAllFlowFilesTransferred("rejected", 3);
        assertThat(guard.on("rejected"))
                .extracting(flowFile -> flowFile.getAttribute("replay.reason"))
                .satisfiesExactly(
                        none -> assertThat(none).contains("has no replay.token"),
                        forged -> assertThat(forged).contains("not given by this journal"),
                        drill -> assertThat(drill).contains("drill"));
    }

    @Test
    void rejectsAnEffectThatTheEventDoesNotRequire() {
        guard.with("Effect", "email");

        MockFlowFile rejected = guard.enqueue(admitted()).run().only("rejected");

        assertThat(rejected.getAttribute("replay.reason")).contains("email").contains("Required Effects");
    }

    @Test
    void claimsThePartsOfASplitEventApart() {
        MockFlowFile admitted = admitted();

        guard.enqueue("1", part(admitted, 1, 2))
                .enqueue("2", part(admitted, 2, 2))
                .run();

        guard.nifi().assertAllFlowFilesTransferred("deliver", 2);
    }

    @Test
    void takesAnEventThatWasAPartOfASplitBeforeItsAdmissionForAWhole() {
        admission.enqueue(
                "content",
                Map.of(
                        "ce-id", "1",
                        "ce-source", "a",
                        "fragment.identifier", "upstream",
                        "fragment.index", "5",
                        "fragment.count", "9"));
        MockFlowFile admitted = admission.run().only("accepted");

        MockFlowFile delivered = guard.enqueue(admitted).run().only("deliver");

        completion.enqueue(delivered).run().only("success");
        assertThat(status()).isEqualTo(Status.COMPLETED);
    }

    @Test
    void rejectsAPartThatDoesNotSayWhich() {
        guard.with("Split Events", "always");

        MockFlowFile rejected = guard.enqueue(admitted()).run().only("rejected");

        assertThat(rejected.getAttribute("replay.reason")).contains("fragment.count");
    }

    @Test
    void rejectsAPartWhoseNumbersContradictEachOther() {
        MockFlowFile admitted = admitted();

        guard.enqueue("1", part(admitted, 5, 2)).run().only("rejected");
    }

    @Test
    void leavesAnEventInItsQueueThatAReplayJobHoldsAndLetsOthersPass() {
        MockFlowFile lost = admitted();
        completion.with("Outcome", "dead letter").enqueue(lost).run().only("dead letter");
        Limits hold = Limits.NONE.withNewEvents(NewEvents.HOLD);
        admission
                .journal()
                .open(new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, hold, "why", "test"));
        MockFlowFile held = admission
                .enqueue("content", Map.of("ce-id", "2", "ce-source", "a"))
                .run()
                .only("accepted");
        admission.with("Partition", "elsewhere");
        MockFlowFile other = admission
                .enqueue("content", Map.of("ce-id", "3", "ce-source", "a"))
                .run()
                .only("accepted");

        guard.enqueue(held)
                .enqueue(other)
                .run()
                .only("deliver")
                .assertAttributeEquals("replay.event.id", "elsewhere/1");
        guard.nifi().assertQueueNotEmpty();
        assertThat(guard.nifi().getPenalizedFlowFiles()).hasSize(1);

        admission.journal().change("job", JobAction.ABORT, new Cause("maria", "enough"));
        guard.run().only("deliver").assertAttributeEquals("replay.event.id", "default/2");
    }

    @Test
    void isInvalidWithAnEffectThatIsAList() {
        guard.with("Effect", "call, write");
        guard.nifi().assertNotValid();
    }

    private MockFlowFile admitted() {
        return admission
                .enqueue("content", Map.of("ce-id", "1", "ce-source", "a"))
                .run()
                .only("accepted");
    }

    private Status status() {
        return admission
                .journal()
                .find(new EventRef("default", 1))
                .orElseThrow()
                .state()
                .status();
    }

    private static Map<String, String> part(MockFlowFile admitted, int index, int count) {
        Map<String, String> attributes = new HashMap<>(admitted.getAttributes());
        attributes.put("fragment.identifier", "split");
        attributes.put("fragment.index", Integer.toString(index));
        attributes.put("fragment.count", Integer.toString(count));
        return attributes;
    }
}
