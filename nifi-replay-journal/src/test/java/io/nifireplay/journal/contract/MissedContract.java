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
import static org.assertj.core.api.Assertions.tuple;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.missed.MissedEvent;
import io.nifireplay.journal.missed.MissedQuery;
import io.nifireplay.journal.missed.MissedReason;
import io.nifireplay.journal.missed.SequenceGap;
import io.nifireplay.journal.testing.Envelopes;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was missed is found, and nothing else, at the cost of what is not settled. */
public abstract class MissedContract extends EventJournalContract {
    private static final Duration GRACE = Duration.ofMinutes(5);

    protected MissedContract(JournalEngine engine) {
        super(engine);
    }

    @Test
    void nothingIsMissedWhileFlowFilesHaveTheirEventsAndRetriesWait() {
        accept("f1", "in flight");
        deliver(accept("f2", "delivering"));
        failed("waits for its retry");
        completed("done");

        assertThat(missed()).isEqualTo(Missed.NOTHING);
    }

    @Test
    void anEventWhoseLeaseHasEndedIsMissedSinceThen() {
        accept("f1", "lost");
        time.pass(LEASE.plusSeconds(7));

        MissedEvent event = missed().events().getFirst();
        assertThat(event.reason()).isEqualTo(MissedReason.LEASE_ENDED);
        assertThat(event.event()).isEqualTo(new EventRef(PARTITION, 1));
        assertThat(event.since()).isEqualTo(time.now().minusSeconds(7));
        assertThat(event.attempt()).isEqualTo(1);
        assertThat(event.contentInJournal()).isTrue();
    }

    @Test
    void aDeliveryThatEndedNowhereIsUnknownUnlessTheDownstreamHonoursTheKey() {
        deliver(accept("f1", "unknown"));
        claim(accept("f2", "harmless"), EFFECT, Fragment.WHOLE, true);
        letLeasesEnd();

        assertThat(missed().counts()).isEqualTo(Map.of(MissedReason.LEASE_ENDED, 1L, MissedReason.OUTCOME_UNKNOWN, 1L));
    }

    @Test
    void aFailureIsLeftBehindWhenNobodyFetchesItsRetry() {
        failed("failed");
        Instant due = Instant.ofEpochMilli(state("failed").retryDue());
        time.pass(Duration.between(time.now(), due).plus(GRACE));
        assertThat(missed().isEmpty()).isTrue();
        time.pass(Duration.ofMillis(1));

        MissedEvent event = missed().events().getFirst();
        assertThat(event.reason()).isEqualTo(MissedReason.LEFT_BEHIND);
        assertThat(event.errorType()).contains("503");
        assertThat(event.since()).isEqualTo(due);
    }

    @Test
    void aDeadLetterIsMissedUntilSomebodyAcknowledgesIt() {
        deadLetter("given up");
        assertThat(missed().count(MissedReason.DEAD_LETTER)).isEqualTo(1);

        journal.acknowledge(Selector.ALL, new Cause("maria", "sent by hand"));
        assertThat(missed().isEmpty()).isTrue();
    }

    @Test
    void onlyReasonsAndPartitionsThatAreAskedForAreFound() {
        deadLetter("a", "p1");
        deadLetter("b", "p2");
        accept("f3", "c", "p2");
        letLeasesEnd();

        assertThat(journal.missed(MissedQuery.of(Set.of("p2"), Set.of(MissedReason.LEASE_ENDED), GRACE, GRACE, 10))
                        .events())
                .singleElement()
                .satisfies(event -> assertThat(event.event()).isEqualTo(new EventRef("p2", 2)));
    }

    @Test
    void allAreCountedAndTheFirstAreListed() {
        for (int i = 0; i < 5; i++) {
            deadLetter("dead " + i);
        }
        Missed missed = journal.missed(MissedQuery.of(Set.of(), EnumSet.allOf(MissedReason.class), GRACE, GRACE, 2));

        assertThat(missed.eventCount()).isEqualTo(5);
        assertThat(missed.events())
                .extracting(event -> event.event().position())
                .containsExactly(1L, 2L);
        assertThat(missed.isCut()).isTrue();
    }

    @Test
    void aNumberThatNeverCameIsMissedAfterItsGraceTimeAndNoMoreWhenItComes() {
        number(1);
        time.pass(Duration.ofMinutes(1));
        number(4);
        time.pass(GRACE.minusMillis(1));
        assertThat(missed().gaps()).isEmpty();
        time.pass(Duration.ofMillis(1));

        assertThat(missed().gaps())
                .containsExactly(new SequenceGap(PARTITION, 2, 3, time.now().minus(GRACE)));
        assertThat(missed().count(MissedReason.SEQUENCE_GAP)).isEqualTo(2);

        number(2);
        assertThat(missed().gaps())
                .containsExactly(new SequenceGap(PARTITION, 3, 3, time.now().minus(GRACE)));
        number(3);
        assertThat(missed().gaps()).isEmpty();
    }

    @Test
    void gapsStayWhatTheyAreAcrossAnOpening() {
        number(1);
        number(9);
        number(5);
        time.pass(GRACE);
        Missed before = missed();
        assertThat(before.gaps()).hasSize(2);
        reopen();
        assertThat(missed()).isEqualTo(before);
    }

    @Test
    void numbersBelowAllThatWereKnownOpenAGap() {
        number(10);
        number(11);
        time.pass(GRACE);
        assertThat(missed().gaps()).isEmpty();
        number(7);
        time.pass(GRACE);
        assertThat(missed().gaps())
                .extracting(SequenceGap::from, SequenceGap::to)
                .containsExactly(tuple(8L, 9L));
    }

    @Test
    void whatRetentionHasRemovedIsNoGap() {
        number(1);
        for (long number = 2; number <= 4; number++) {
            complete(number(number));
        }
        time.pass(JournalSettings.KEY_RETENTION.plusDays(1));
        number(5);
        number(7);
        journal.expire();
        time.pass(GRACE);
        assertThat(missed().gaps()).extracting(SequenceGap::from).containsExactly(6L);
        reopen();
        assertThat(missed().gaps()).extracting(SequenceGap::from).containsExactly(6L);
        assertThat(journal.missingSequences(PARTITION, 10)).containsExactly(6L);
    }

    @Test
    void whatIsCompletedIsNotRead() {
        for (int i = 1; i <= 300; i++) {
            complete(number(i));
        }
        deadLetter("given up");
        missed();

        long before = journal.rowsScanned();
        assertThat(missed().eventCount()).isEqualTo(1);
        assertThat(journal.rowsScanned() - before).isLessThan(10);
    }

    @Test
    void statisticsCountTheBacklogAndKeepItAcrossAnOpening() {
        completed("done");
        accept("f2", "in flight");
        failed("failed");
        deadLetter("given up");
        deadLetter("given up too");
        journal.acknowledge(Selector.ALL.withKeys(List.of("given up too")), new Cause("maria", "done"));
        Map<Status, Long> backlog = Map.of(Status.IN_FLIGHT, 1L, Status.FAILED, 1L, Status.DEAD_LETTER, 1L);

        assertThat(journal.statistics().backlog()).isEqualTo(backlog);
        assertThat(journal.statistics().oldest().orElseThrow().event()).isEqualTo(new EventRef(PARTITION, 2));
        reopen();
        assertThat(journal.statistics().backlog()).isEqualTo(backlog);
    }

    @Test
    void statisticsTellWhatArrivedAndWhatCameOfIt() {
        completed("done");
        send("again", "done");
        send("once more", "done");
        admit(fresh("other", Envelope.of("done", PARTITION), content("other")));
        failed("failed");
        complete(accept("f", "unguarded"));
        admit(new Arrival.Fresh("native", Envelope.of("n", PARTITION), content("n"), List.of(EFFECT), true));
        accept("taken over before", "lost");
        letLeasesEnd();
        accept("taken over", "lost");

        JournalStatistics.Arrivals arrivals = journal.statistics().arrivals();
        assertThat(arrivals.accepted()).isEqualTo(6);
        assertThat(arrivals.duplicates()).isEqualTo(2);
        assertThat(arrivals.conflicts()).isEqualTo(1);
        assertThat(arrivals.outsideOfJobs()).isEqualTo(1);
        JournalStatistics.Outcomes outcomes = journal.statistics().outcomes();
        assertThat(outcomes.completed()).isEqualTo(2);
        assertThat(outcomes.withoutClaim()).isEqualTo(1);
        assertThat(outcomes.failures()).isEqualTo(Map.of("503", 1L));
        assertThat(journal.statistics().repeated())
                .isEqualTo(Map.of(view("lost").ref(), 1L));
    }

    private Missed missed() {
        return journal.missed(MissedQuery.of(Set.of(), EnumSet.allOf(MissedReason.class), GRACE, GRACE, 100));
    }

    private Carried number(long number) {
        String key = "number " + number;
        return accept(fresh("flowfile of " + key, Envelopes.withSequence(key, PARTITION, number), contentOf(key)), key);
    }
}
