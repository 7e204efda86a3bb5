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
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.ProvenanceLink;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.LongRange;
import io.nifireplay.journal.Selector.TimeRange;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every selector finds exactly what it says, and reads little more than that. */
public abstract class ScanContract extends EventJournalContract {
    private static final List<String> PARTITIONS = List.of("p1", "p2", "p3");

    protected ScanContract(JournalEngine engine) {
        super(engine);
    }

    @Test
    void everySelectorFindsWhatItSays() {
        fill(600);
        journal.takeRecoveryPoint("point");
        Set<String> openThen = new HashSet<>();
        journal.scan(Selector.ALL, view -> {
            if (!view.state().isSettled()) {
                openThen.add(view.envelope().key());
            }
        });
        fill(600, 300);
        Set<String> before = new HashSet<>();
        for (int i = 0; i < 600; i++) {
            before.add("key " + i);
        }
        reopen();

        Map<Selector, Predicate<EventView>> cases = new LinkedHashMap<>();
        cases.put(Selector.ALL, view -> true);
        cases.put(
                Selector.ALL.withPartitions(Set.of("p2")),
                view -> view.ref().partition().equals("p2"));
        cases.put(
                Selector.ALL.withPartitions(Set.of("p1", "p3", "nowhere")),
                view -> !view.ref().partition().equals("p2"));
        cases.put(
                Selector.ALL.withPositions(LongRange.of(10, 40)),
                view -> view.ref().position() >= 10 && view.ref().position() <= 40);
        cases.put(
                Selector.ALL.withPositions(new LongRange(OptionalLong.of(250), OptionalLong.empty())),
                view -> view.ref().position() >= 250);
        cases.put(
                Selector.ALL.withPositions(new LongRange(OptionalLong.empty(), OptionalLong.of(3))),
                view -> view.ref().position() <= 3);
        cases.put(Selector.ALL.withPositions(LongRange.of(7, 6)), view -> false);
        cases.put(
                Selector.ALL.withSequences(LongRange.of(100, 130)),
                view -> in(view.envelope().sequence(), 100, 130));
        cases.put(
                Selector.ALL.withSequences(new LongRange(OptionalLong.empty(), OptionalLong.of(20))),
                view -> in(view.envelope().sequence(), 0, 20));
        Instant from = FakeTime.START.plusSeconds(100);
        Instant to = FakeTime.START.plusSeconds(200);
        cases.put(
                Selector.ALL.withAdmitted(TimeRange.of(from, to)),
                view -> within(Instant.ofEpochMilli(view.state().admittedMillis()), from, to));
        cases.put(
                Selector.ALL.withAdmitted(new TimeRange(Optional.of(to), Optional.empty())),
                view -> view.state().admittedMillis() >= to.toEpochMilli());
        cases.put(
                Selector.ALL.withTime(TimeRange.of(from, to)),
                view -> view.envelope()
                        .time()
                        .filter(time -> within(time, from, to))
                        .isPresent());
        cases.put(
                Selector.ALL.withTime(new TimeRange(Optional.empty(), Optional.of(from))),
                view -> view.envelope()
                        .time()
                        .filter(time -> time.isBefore(from))
                        .isPresent());
        List<String> keys = List.of("key 5", "nobody", "key 77", "key 700");
        cases.put(
                Selector.ALL.withKeys(keys),
                view -> keys.contains(view.envelope().key()));
        for (Status status : Status.values()) {
            cases.put(
                    Selector.ALL.withStatuses(Set.of(status)),
                    view -> view.state().status() == status);
        }
        cases.put(
                Selector.ALL.withStatuses(Set.of(Status.FAILED, Status.COMPLETED)),
                view -> view.state().status() == Status.FAILED || view.state().status() == Status.COMPLETED);
        cases.put(
                Selector.ALL.withErrorType(Pattern.compile("50[0-3]")),
                view -> view.state()
                        .error()
                        .filter(error -> error.type().matches("50[0-3]"))
                        .isPresent());
        cases.put(Selector.ALL.withErrorType(Pattern.compile("0")), view -> false);
        cases.put(
                Selector.ALL.withAttributes(Map.of("colour", "red")),
                view -> "red".equals(view.envelope().attributes().get("colour")));
        cases.put(
                Selector.ALL.withAttributes(Map.of("colour", "red", "size", "2")),
                view -> "red".equals(view.envelope().attributes().get("colour"))
                        && "2".equals(view.envelope().attributes().get("size")));
        cases.put(
                Selector.ALL.withSinceRecoveryPoint("point"),
                view -> openThen.contains(view.envelope().key())
                        || !before.contains(view.envelope().key()));
        cases.put(
                Selector.ALL
                        .withPartitions(Set.of("p1", "p2"))
                        .withPositions(LongRange.of(5, 250))
                        .withAdmitted(new TimeRange(Optional.of(from), Optional.empty()))
                        .withStatuses(Set.of(Status.COMPLETED, Status.IN_FLIGHT))
                        .withAttributes(Map.of("size", "1"))
                        .withSinceRecoveryPoint("point"),
                view -> !view.ref().partition().equals("p3")
                        && view.ref().position() >= 5
                        && view.ref().position() <= 250
                        && view.state().admittedMillis() >= from.toEpochMilli()
                        && Set.of(Status.COMPLETED, Status.IN_FLIGHT)
                                .contains(view.state().status())
                        && "1".equals(view.envelope().attributes().get("size"))
                        && (openThen.contains(view.envelope().key())
                                || !before.contains(view.envelope().key())));
        cases.put(
                Selector.ALL.withKeys(keys).withPartitions(Set.of("p3")),
                view -> keys.contains(view.envelope().key())
                        && view.ref().partition().equals("p3"));
        cases.put(
                Selector.ALL.withSequences(LongRange.of(10, 90)).withTime(TimeRange.of(from, to)),
                view -> in(view.envelope().sequence(), 10, 90)
                        && view.envelope()
                                .time()
                                .filter(time -> within(time, from, to))
                                .isPresent());

        List<EventView> all = views();
        assertThat(all).hasSize(900);
        assertThat(all).extracting(EventView::ref).isSorted();
        cases.forEach((selector, predicate) -> {
            List<EventView> found = new ArrayList<>();
            journal.scan(selector, found::add);
            assertThat(found)
                    .as("%s", selector)
                    .containsExactlyElementsOf(all.stream().filter(predicate).toList());
        });
    }

    @Test
    void aNarrowSelectorReadsLittleOfALargeJournal() {
        fill(100_000);
        Instant middle = FakeTime.START.plusSeconds(50_000);
        List<Selector> narrow = List.of(
                Selector.ALL.withPartitions(Set.of("p2")).withPositions(LongRange.of(20_000, 20_019)),
                Selector.ALL.withPositions(LongRange.of(20_000, 20_006)),
                Selector.ALL.withPartitions(Set.of("nowhere")),
                Selector.ALL.withKeys(List.of("key 50000", "key 99999", "nobody")),
                Selector.ALL.withPartitions(Set.of("p1")).withSequences(LongRange.of(5_000, 5_019)),
                Selector.ALL.withAdmitted(TimeRange.of(middle, middle.plusSeconds(100))),
                Selector.ALL.withTime(TimeRange.of(middle.minusSeconds(3_600), middle.minusSeconds(3_580))),
                Selector.ALL.withStatuses(Set.of(Status.FAILED)),
                Selector.ALL.withStatuses(Set.of(Status.FAILED)).withErrorType(Pattern.compile("50[0-9]")));
        for (Selector selector : narrow) {
            long before = journal.rowsScanned();
            int found = scan(selector).size();
            long read = journal.rowsScanned() - before;
            assertThat(found).as("%s", selector).isLessThan(600);
            assertThat(read).as("rows read for %s", selector).isLessThan(7_000);
            assertThat(read).as("rows read for %s", selector).isGreaterThanOrEqualTo(found);
        }
        long beforePlan = journal.rowsScanned();
        Selector deadLetters = Selector.ALL.withStatuses(Set.of(Status.DEAD_LETTER));
        ReplayRequest request =
                new ReplayRequest("job", deadLetters, ReplayMode.MISSED_ONLY, false, Limits.NONE, "a test", "a tester");
        assertThat(journal.open(request).progress().total()).isPositive();
        assertThat(journal.acknowledge(Selector.ALL, new Cause("ann", "told by phone")))
                .isPositive();
        assertThat(journal.rowsScanned() - beforePlan)
                .as("rows read for what awaits a person")
                .isLessThan(7_000);
        journal.takeRecoveryPoint("late");
        fill(100_000, 20);
        long before = journal.rowsScanned();
        assertThat(scan(Selector.ALL.withSinceRecoveryPoint("late"))).hasSizeBetween(20, 500);
        assertThat(journal.rowsScanned() - before)
                .as("rows read since a recovery point")
                .isLessThan(7_000);
    }

    @Test
    void aVisitorThatThrowsEndsTheScanAndHurtsNothing() {
        fill(50);
        assertThatThrownBy(() -> journal.scan(Selector.ALL, view -> {
                    throw new IllegalStateException("enough");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");

        assertThat(scan(Selector.ALL)).hasSize(50);
        accept("f", "one more");
    }

    @Test
    void aVisitorMayReadTheJournal() {
        fill(30);
        List<EventView> found = new ArrayList<>();
        journal.scan(Selector.ALL, view -> found.add(journal.find(view.ref()).orElseThrow()));

        assertThat(found).hasSize(30).isEqualTo(views());
    }

    private List<EventView> views() {
        List<EventView> views = new ArrayList<>();
        journal.scan(Selector.ALL, views::add);
        return views;
    }

    private void fill(int count) {
        fill(0, count);
    }

    /** Events one second apart; of a thousand a few are left open, failed or given up, the others completed. */
    private void fill(int first, int count) {
        boolean few = count > 10_000;
        Random random = new Random(first + 1L);
        for (int start = first; start < first + count; start += 1_000) {
            int end = Math.min(start + 1_000, first + count);
            for (int second = start; second < end; second += few ? 100 : 1) {
                int until = few ? second + 100 : second + 1;
                List<Arrival> arrivals = new ArrayList<>();
                for (int i = second; i < Math.min(until, end); i++) {
                    arrivals.add(fresh("f" + i, envelope(i), content("c" + i)));
                }
                List<Outcome> outcomes = new ArrayList<>();
                List<Admission> answers = journal.admit(arrivals);
                for (int i = 0; i < answers.size(); i++) {
                    Admission.Accepted accepted = accepted(answers.get(i));
                    var token = accepted.token();
                    int dice = random.nextInt(few ? 1_000 : 8);
                    String flowFile = "f" + (second + i);
                    if (dice == 0) {
                        outcomes.add(new Outcome.Failed(
                                token,
                                flowFile,
                                EFFECT,
                                Fragment.WHOLE,
                                new EventState.Failure("50" + i % 5, "no"),
                                RETRY_IN_A_MINUTE));
                    } else if (dice == 1) {
                        outcomes.add(new Outcome.GivenUp(
                                token, flowFile, EFFECT, Fragment.WHOLE, new EventState.Failure("404", "no")));
                    } else if (dice != 2) {
                        outcomes.add(new Outcome.Completed(token, flowFile, EFFECT, Fragment.WHOLE, Optional.empty()));
                    }
                }
                journal.record(outcomes);
                time.pass(Duration.ofSeconds(until - second));
            }
        }
    }

    private static Envelope envelope(int i) {
        return new Envelope(
                "key " + i,
                PARTITIONS.get(i % 3),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                i % 10 == 9
                        ? Optional.empty()
                        : Optional.of(FakeTime.START.plusSeconds(i).minusSeconds(i > 10_000 ? 3_600 : 7)),
                i % 10 == 8 ? OptionalLong.empty() : OptionalLong.of(i / 3),
                Map.of("colour", i % 2 == 0 ? "red" : "blue", "size", Integer.toString(i % 4)),
                ProvenanceLink.NONE);
    }

    private static boolean in(OptionalLong value, long from, long to) {
        return value.isPresent() && value.getAsLong() >= from && value.getAsLong() <= to;
    }

    private static boolean within(Instant time, Instant from, Instant to) {
        return !time.isBefore(from) && time.isBefore(to);
    }
}
