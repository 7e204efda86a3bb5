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
package io.nifireplay.journal.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.GeneratedContent;
import io.nifireplay.journal.testing.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contents of any size, and how long they and their keys are kept. */
public abstract class ContentContract extends EventJournalContract {
    protected ContentContract(JournalEngine engine) {
        super(engine);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 2, 100, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2047, 2048, 2049, 4095,
                4096, 4097, 8191, 8192, 8193, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537,
                131_071, 131_072, 131_073, 262_143, 262_144, 262_145, 524_287, 524_288, 524_289, 1_048_575, 1_048_576,
                1_048_577, 2_097_153, 5_000_000
            })
    void keepsContentOfEverySize(int size) throws IOException {
        Content content = new GeneratedContent(size, size);
        Carried carried = accept(fresh("f1", Envelope.of("a", PARTITION), content), "a");
        assertHolds(carried.event(), content);
        reopen();
        assertHolds(carried.event(), content);
        assertThat(accepted(admit(fresh("f1", Envelope.of("a", PARTITION), content)))
                        .attempt())
                .isEqualTo(1);
    }

    @Test
    void keepsManySizesOfOneBatchApart() throws IOException {
        List<Arrival> arrivals = new ArrayList<>();
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Content content = new GeneratedContent(i, i % 7 == 0 ? 700_000 + i : (long) i * i * 20);
            contents.add(content);
            arrivals.add(fresh("f" + i, Envelope.of("key " + i, PARTITION), content));
        }
        List<Admission> answers = journal.admit(arrivals);
        reopen();
        for (int i = 0; i < 60; i++) {
            assertHolds(accepted(answers.get(i)).event(), contents.get(i));
        }
    }

    @Test
    void streamsContentOf64MebibytesAndReadsItMoreThanOnce() throws IOException {
        Content content = new GeneratedContent(64, 64L << 20);
        Carried carried = accept(fresh("f1", Envelope.of("a", PARTITION), content), "a");

        assertHolds(carried.event(), content);
        assertHolds(carried.event(), content);
        assertThat(admit(fresh("f2", Envelope.of("a", PARTITION), new GeneratedContent(65, 64L << 20))))
                .isInstanceOf(Admission.Conflict.class);
        assertHolds(carried.event(), content);
    }

    @Test
    void contentIsReadInSmallStepsAndWithSkips() throws IOException {
        GeneratedContent content = new GeneratedContent(9, 600_000);
        Carried carried = accept(fresh("f1", Envelope.of("a", PARTITION), content), "a");

        try (InputStream actual = journal.content(carried.event()).orElseThrow().open();
                InputStream expected = content.open()) {
            assertThat(actual.read()).isEqualTo(expected.read());
            assertThat(actual.readNBytes(1_000)).isEqualTo(expected.readNBytes(1_000));
            actual.skipNBytes(300_000);
            expected.skipNBytes(300_000);
            assertThat(actual.read(new byte[0])).isZero();
            assertThat(actual.readNBytes(1_000_000)).isEqualTo(expected.readNBytes(1_000_000));
            assertThat(actual.read()).isEqualTo(-1);
            assertThat(actual.read(new byte[10])).isEqualTo(-1);
        }
    }

    @Test
    void aRefusedArrivalLeavesTheContentAlone() throws IOException {
        Content content = new GeneratedContent(1, 3_000_000);
        Carried carried = accept(fresh("f1", Envelope.of("a", PARTITION), content), "a");
        admit(fresh("f2", Envelope.of("a", PARTITION), new GeneratedContent(2, 3_000_000)));
        admit(fresh("f3", Envelope.of("a", PARTITION), content));
        letLeasesEnd();
        accepted(admit(fresh("f4", Envelope.of("a", PARTITION), content)));

        assertHolds(carried.event(), content);
    }

    @Test
    void refusedArrivalsWithLargeContentDoNotFillTheDisk() {
        Content content = new GeneratedContent(1, 8 << 20);
        accept(fresh("f1", Envelope.of("a", PARTITION), content), "a");
        for (int i = 0; i < 20; i++) {
            assertThat(admit(fresh("g" + i, Envelope.of("a", PARTITION), content)))
                    .isInstanceOf(Admission.InFlight.class);
        }
        journal.expire();
        reopen();

        assertThat(journal.statistics().diskBytes()).isLessThan(60L << 20);
    }

    @Test
    void aJournalWithoutContentKnowsHashAndSizeAndStillTellsConflicts() {
        reopen(settings.withoutContent());
        Content content = new GeneratedContent(1, 100_000);
        Carried carried = accept(fresh("f1", Envelope.of("a", PARTITION), content), "a");

        EventView view = view("a");
        assertThat(view.contentInJournal()).isFalse();
        assertThat(view.contentSize()).isEqualTo(100_000);
        assertThat(view.contentHash()).isEqualTo(Hashes.sha256(content));
        assertThat(journal.content(carried.event())).isEmpty();
        assertThat(admit(fresh("f2", Envelope.of("a", PARTITION), new GeneratedContent(2, 100_000))))
                .isInstanceOf(Admission.Conflict.class);
        assertThat(admit(fresh("f3", Envelope.of("a", PARTITION), content))).isInstanceOf(Admission.InFlight.class);
    }

    @Test
    void aJobLeavesOutAndCountsWhatHasNoContent() {
        reopen(settings.withoutContent());
        failed("a");
        reopen(settings);
        failed("b");

        ReplayRequest request = new ReplayRequest(
                "job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "a test", "a tester");
        assertThat(journal.plan(request).withoutContent()).isEqualTo(1);
        assertThat(journal.plan(request).emitted()).isEqualTo(1);
        journal.open(request);
        assertThat(journal.emit(10))
                .extracting(emission -> emission.envelope().key())
                .containsExactly("b");
    }

    @Test
    void payloadsGoBeforeKeys() {
        Carried carried = completed("a");
        time.pass(JournalSettings.PAYLOAD_RETENTION.minusMinutes(1));
        assertThat(journal.expire()).isZero();
        assertThat(journal.content(carried.event())).isPresent();

        time.pass(Duration.ofMinutes(2));
        assertThat(journal.expire()).isPositive();
        reopen();

        assertThat(journal.content(carried.event())).isEmpty();
        journal.findByKey("a")
                .ifPresent(view -> assertThat(view.contentInJournal()).isFalse());
        assertThat(send("f2", "a")).as("the key is still known").isInstanceOf(Admission.Duplicate.class);
        assertThat(admit(fresh("f3", Envelope.of("a", PARTITION), content("other"))))
                .as("and so is the content's hash")
                .isInstanceOf(Admission.Conflict.class);
        assertThat(journal.expire()).isZero();
    }

    @Test
    void keysGoWhenTheirWindowIsOver() {
        Carried carried = completed("a");
        time.pass(JournalSettings.KEY_RETENTION.minusMinutes(1));
        journal.expire();
        assertThat(send("f2", "a")).isInstanceOf(Admission.Duplicate.class);

        time.pass(Duration.ofMinutes(2));
        assertThat(journal.expire()).isPositive();

        assertThat(journal.findByKey("a")).isEmpty();
        assertThat(journal.find(carried.event())).isEmpty();
        assertThat(journal.content(carried.event())).isEmpty();
        assertThat(scan(Selector.ALL)).isEmpty();
        assertThat(complete(carried)).as("its old token").isInstanceOf(OutcomeResult.Rejected.class);
        Carried again = accept("f2", "a");
        assertThat(again.event()).isEqualTo(new EventRef(PARTITION, 2));
        assertThat(again.attempt()).isEqualTo(1);
    }

    @Test
    void openEventsAreNeverRemoved() {
        accept("f1", "in flight");
        deliver(accept("f2", "delivering"));
        failed("failed");
        deadLetter("dead letter");
        completed("completed");
        time.pass(Duration.ofDays(400));
        journal.expire();
        reopen();
        journal.expire();

        for (String key : List.of("in flight", "delivering", "failed", "dead letter")) {
            EventView view = view(key);
            assertThat(view.contentInJournal()).as(key).isTrue();
            assertThat(Hashes.sha256(journal.content(view.ref()).orElseThrow()))
                    .as(key)
                    .isEqualTo(Hashes.sha256(contentOf(key)));
        }
        assertThat(journal.findByKey("completed")).isEmpty();
        assertThat(scan(Selector.ALL)).containsExactly("in flight", "delivering", "failed", "dead letter");
    }

    @Test
    void anAcknowledgedDeadLetterIsRemovedInTheEnd() {
        deadLetter("a");
        journal.acknowledge(Selector.ALL, new Cause("ann", "told by phone"));
        time.pass(JournalSettings.KEY_RETENTION.plusDays(1));
        journal.expire();

        assertThat(journal.findByKey("a")).isEmpty();
    }

    @Test
    void anEventThatSettlesLateIsKeptForItsWindowFromThen() {
        Carried carried = accept("f1", "a");
        time.pass(JournalSettings.KEY_RETENTION.plusDays(1));
        journal.expire();
        deliver(carried);
        complete(carried);
        journal.expire();

        assertThat(send("f2", "a")).as("the producer may repeat what it sent").isInstanceOf(Admission.Duplicate.class);
    }

    @Test
    void anOpenEventAmongExpiredOnesStaysWhole() throws IOException {
        List<Carried> events = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Content content = new GeneratedContent(i, 40_000);
            events.add(accept(fresh("f" + i, Envelope.of("key " + i, PARTITION), content), "key " + i));
        }
        for (int i = 0; i < 300; i++) {
            if (i % 100 != 50) {
                complete(events.get(i));
            }
        }
        time.pass(JournalSettings.KEY_RETENTION.plusDays(1));
        assertThat(journal.expire()).isPositive();
        reopen();

        for (int i = 0; i < 300; i++) {
            if (i % 100 == 50) {
                assertHolds(events.get(i).event(), new GeneratedContent(i, 40_000));
                assertThat(complete(events.get(i))).isInstanceOf(OutcomeResult.Recorded.class);
            } else {
                assertThat(journal.find(events.get(i).event())).isEmpty();
            }
        }
        assertThat(checkpoint(PARTITION).lowWatermark()).isEqualTo(300);
    }

    @Test
    void aRetryThatWasEmittedCarriesTheWholeContent() {
        Content content = new GeneratedContent(3, 2_500_000);
        Carried carried = accept(fresh("f1", Envelope.of("a", PARTITION), content), "a");
        deliver(carried);
        fail(carried, RETRY_IN_A_MINUTE);
        time.pass(Duration.ofMinutes(1));

        Emission emission = journal.emit(1).get(0);

        assertThat(emission.content().size()).isEqualTo(content.size());
        assertThat(Hashes.sha256(emission.content())).isEqualTo(Hashes.sha256(content));
        assertThat(arrive("f2", emission)).isInstanceOf(Admission.Accepted.class);
        assertThat(state("a").status()).isEqualTo(Status.IN_FLIGHT);
    }

    private void assertHolds(EventRef event, Content expected) throws IOException {
        EventView view = journal.find(event).orElseThrow();
        assertThat(view.contentSize()).isEqualTo(expected.size());
        assertThat(view.contentHash()).isEqualTo(Hashes.sha256(expected));
        assertThat(view.contentInJournal()).isTrue();
        Content actual = journal.content(event).orElseThrow();
        assertThat(actual.size()).isEqualTo(expected.size());
        assertThat(Hashes.sha256(actual)).isEqualTo(view.contentHash());
    }
}
