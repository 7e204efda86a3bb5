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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lease time stands while somebody holds FlowFiles back. */
public abstract class LeaseHoldContract extends EventJournalContract {
    private static final Duration HOUR = Duration.ofHours(1);

    protected LeaseHoldContract(JournalEngine engine) {
        super(engine);
    }

    private EventJournal guard(String name) {
        return journal.by(new Origin(name, "GuardDelivery", "group"));
    }

    private void assertLeaseRuns(String key) {
        assertThat(send("another", key)).isInstanceOf(Admission.InFlight.class);
    }

    private void assertLeaseEnded(String key) {
        assertThat(send("another", key)).isInstanceOf(Admission.Accepted.class);
    }

    /** As a guard does that looks at its queue now and then. */
    private void hold(EventJournal guard, Duration howLong) {
        for (Duration passed = Duration.ZERO; passed.compareTo(howLong) < 0; passed = passed.plusMinutes(1)) {
            guard.holdLeases(Duration.ofMinutes(2));
            time.pass(Duration.ofMinutes(1));
        }
        guard.holdLeases(Duration.ZERO);
    }

    @Test
    void leasesOutlastAnOutageThatIsLongerThanThey() {
        Carried waiting = accept("f1", "k1");
        hold(guard("guard"), HOUR);
        assertLeaseRuns("k1");
        deliver(waiting);
        complete(waiting);
        assertThat(state("k1").attempt()).isEqualTo(1);
    }

    @Test
    void whatWasLeftOfALeaseBeforeTheHoldIsLeftAfterIt() {
        accept("f1", "k1");
        time.pass(LEASE.minusMillis(1));
        hold(guard("guard"), HOUR);
        assertLeaseRuns("k1");
        time.pass(Duration.ofMillis(1));
        assertLeaseEnded("k1");
    }

    @Test
    void aHoldThatIsNotSaidAgainEndsByItself() {
        accept("f1", "k1");
        guard("guard").holdLeases(Duration.ofMinutes(1));
        time.pass(LEASE.plusMinutes(1).minusMillis(1));
        assertLeaseRuns("k1");
        time.pass(Duration.ofMillis(1));
        assertLeaseEnded("k1");
    }

    @Test
    void lettingGoEndsOnlyOnesOwnHold() {
        accept("f1", "k1");
        EventJournal orders = guard("guard of orders");
        EventJournal invoices = guard("guard of invoices");
        orders.holdLeases(EventJournal.MAX_HOLD);
        invoices.holdLeases(EventJournal.MAX_HOLD);
        orders.holdLeases(Duration.ZERO);
        time.pass(EventJournal.MAX_HOLD);
        time.pass(LEASE.minusMillis(1));
        assertLeaseRuns("k1");
        invoices.holdLeases(Duration.ZERO);
        time.pass(Duration.ofMillis(1));
        assertLeaseEnded("k1");
    }

    @Test
    void aShorterHoldReplacesOnesOwnLongerOne() {
        accept("f1", "k1");
        EventJournal guard = guard("guard");
        guard.holdLeases(EventJournal.MAX_HOLD);
        guard.holdLeases(Duration.ofSeconds(1));
        time.pass(LEASE.plusSeconds(1));
        assertLeaseEnded("k1");
    }

    @Test
    void aHoldDoesNotOutliveTheJournalsClosing() {
        accept("f1", "k1");
        guard("guard").holdLeases(EventJournal.MAX_HOLD);
        reopen();
        letLeasesEnd();
        assertLeaseEnded("k1");
    }

    @Test
    void heldTimeStaysOutOfTheLeasesAfterAReopening() {
        accept("f1", "k1");
        hold(guard("guard"), HOUR);
        reopen();
        time.pass(LEASE.minusMillis(1));
        assertLeaseRuns("k1");
    }

    @Test
    void anOutcomeDoesNotBecomeUnknownWhileLeasesAreHeld() {
        Selector delivering = Selector.ALL.withStatuses(Set.of(Status.DELIVERING));
        Cause cause = new Cause("ann", "told by phone");
        deliver(accept("f1", "k1"));
        hold(guard("guard"), HOUR);
        assertThat(journal.acknowledge(delivering, cause)).isZero();
        letLeasesEnd();
        assertThat(journal.acknowledge(delivering, cause)).isOne();
    }

    @Test
    void aJobsRateIsThatOfTheClockOnTheWall() {
        deadLetter("k1");
        journal.open(new ReplayRequest(
                "job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "the downstream was out", "ann"));
        Carried replayed = acceptEmission("f2", journal.emit(10).get(0));
        hold(guard("guard"), Duration.ofSeconds(60));
        deliver(replayed);
        complete(replayed);
        JobStatus job = journal.job("job").orElseThrow();
        assertThat(job.ratePerSecond()).isEqualTo(1 / 60.0);
    }

    @Test
    void refusesAHoldThatIsNegativeOrTooLong() {
        assertThatThrownBy(() -> journal.holdLeases(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zero to");
        assertThatThrownBy(() -> journal.holdLeases(EventJournal.MAX_HOLD.plusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
