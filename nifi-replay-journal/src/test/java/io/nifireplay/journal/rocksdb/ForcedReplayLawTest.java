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

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.governance.Approval;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.Policies;
import io.nifireplay.journal.governance.RefusedException;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.Directories;
import io.nifireplay.journal.testing.FakeTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterProperty;

/**
 * Whatever is called by whom in which order, over restarts and with old FlowFiles that come again: a completed event goes
 * into its next generation only under a running job that a second identity, with the right to do so, has agreed to on exactly
 * this set of events and under the policy that was in force.
 */
class ForcedReplayLawTest {
    private static final List<String> KEYS = List.of("a", "b", "c", "d");
    private static final List<String> JOBS = List.of("one", "two");
    private static final List<String> COORDINATORS = List.of("first", "second");
    private static final List<ReplayPolicy> POLICIES = List.of(
            Policies.LOOSE,
            Policies.approvalExpiry(Policies.EXPIRY.multipliedBy(2)),
            Policies.approvalAbove(1),
            Policies.switchedOff());

    private enum Call {
        DRAFT,
        EDIT,
        PLAN,
        APPROVE,
        START,
        PAUSE,
        RESUME,
        ABORT,
        GOVERN,
        APPROVE_POLICY,
        EMIT,
        ARRIVE,
        REPEAT,
        COMPLETE,
        WAIT,
        REOPEN
    }

    /** One call, by one of several callers with any rights; what else it needs is chosen by a number. */
    private record Step(Call call, int who, boolean mayOperate, boolean mayApprove, int choice) {
        Caller caller() {
            return new Caller(
                    List.of("ann", "ben", "anonymous").get(who),
                    mayOperate,
                    mayApprove ? Optional.of("policy service") : Optional.empty());
        }

        <T> T of(List<T> choices) {
            return choices.get(choice % choices.size());
        }
    }

    /** What was planned, as the plan was made, by the job and the digest of its items. */
    private record Planned(String job, String items) {}

    /** Over all tries, which may have instances of their own. */
    private static final AtomicInteger REPEATED = new AtomicInteger();

    private final FakeTime time = new FakeTime(1);
    private Path directory;
    private RocksDBJournal journal;
    private final Map<Planned, Set<String>> plans = new HashMap<>();
    private final Map<String, Set<String>> editors = new HashMap<>();
    private final Map<Approval, Caller> approvals = new HashMap<>();
    private final List<Emission> emissions = new ArrayList<>();
    private final List<Token> accepted = new ArrayList<>();
    private int flowFiles;

    @Property(tries = 40, shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    void noSequenceOfCallsRepeatsACompletedEventWithoutAnApproval(@ForAll("steps") List<Step> steps)
            throws IOException {
        plans.clear();
        editors.clear();
        approvals.clear();
        emissions.clear();
        accepted.clear();
        directory = Files.createTempDirectory("forced-replay-law");
        open();
        try {
            for (String key : KEYS.subList(0, 3)) {
                complete(admit(new Arrival.Fresh(flowFile(), Envelope.of(key, "p"), content(key), List.of("call"))));
            }
            govern(0, 0);
            for (Step step : steps) {
                try {
                    take(step);
                } catch (RefusedException e) {
                    // Most of what is tried is not allowed.
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageContaining("replay job");
                }
            }
        } finally {
            journal.close();
            Directories.delete(directory);
        }
    }

    @AfterProperty
    void someOfThemGotThere() {
        assertThat(REPEATED).as("events that were repeated").hasPositiveValue();
    }

    /** Calls that lead on come more often, so that many sequences get to the end. */
    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Call> calls = Arbitraries.frequency(
                Tuple.of(4, Call.DRAFT),
                Tuple.of(1, Call.EDIT),
                Tuple.of(5, Call.PLAN),
                Tuple.of(8, Call.APPROVE),
                Tuple.of(7, Call.START),
                Tuple.of(1, Call.PAUSE),
                Tuple.of(2, Call.RESUME),
                Tuple.of(1, Call.ABORT),
                Tuple.of(1, Call.GOVERN),
                Tuple.of(2, Call.APPROVE_POLICY),
                Tuple.of(5, Call.EMIT),
                Tuple.of(5, Call.ARRIVE),
                Tuple.of(3, Call.REPEAT),
                Tuple.of(3, Call.COMPLETE),
                Tuple.of(1, Call.WAIT),
                Tuple.of(1, Call.REOPEN));
        return Combinators.combine(
                        calls,
                        Arbitraries.of(0, 0, 0, 1, 1, 1, 2),
                        Arbitraries.frequency(Tuple.of(5, true), Tuple.of(1, false)),
                        Arbitraries.frequency(Tuple.of(3, true), Tuple.of(1, false)),
                        Arbitraries.of(IntStream.range(0, 24).mapToObj(i -> i).toList()))
                .as(Step::new)
                .list()
                .ofMinSize(80)
                .ofMaxSize(160);
    }

    private void open() {
        journal = RocksDBJournal.open(RocksDBOptions.defaults(directory)
                .withBlockCacheBytes(1 << 20)
                .withLease(Duration.ofMinutes(10))
                .withReEmitAfter(Duration.ofMinutes(3))
                .withTime(time.journalTime()));
    }

    private void take(Step step) {
        String job = step.of(JOBS);
        ReplayCoordinator coordinator = journal.coordinator(step.choice() == 23 ? "second" : "first");
        Caller caller = step.caller();
        long version = coordinator.job(job).map(GovernedJob::version).orElse(1L);
        switch (step.call()) {
            case DRAFT -> {
                coordinator.draft(request(job, step.choice()), caller);
                editors.put(job, new HashSet<>(Set.of(caller.identity())));
            }
            case EDIT -> {
                coordinator.edit(job, version, request(job, step.choice()), caller);
                editors.get(job).add(caller.identity());
            }
            case PLAN -> {
                GovernedJob planned = coordinator.plan(job, version, caller);
                plans.put(
                        new Planned(job, planned.plan().orElseThrow().items()),
                        completedOf(planned.request().selector()));
            }
            case APPROVE -> {
                GovernedJob approved = coordinator.approve(job, version, "agreed", caller);
                approvals.put(approved.approval().orElseThrow(), caller);
            }
            case START -> coordinator.start(job, version, "go", caller);
            case PAUSE -> coordinator.pause(job, version, "wait", caller);
            case RESUME -> coordinator.resume(job, version, "go on", caller);
            case ABORT -> coordinator.abort(job, version, "no", caller);
            case GOVERN -> govern(step.choice() % 7 == 6 ? 1 : 0, step.choice() % POLICIES.size());
            case APPROVE_POLICY ->
                coordinator.approvePolicy(
                        journal.governance().waiting().map(Pin::digest).orElse("nothing"), "agreed", caller);
            case EMIT -> emissions.addAll(journal.emit(10));
            case ARRIVE, REPEAT -> {
                if (!emissions.isEmpty()) {
                    arrive(step.of(emissions));
                }
            }
            case COMPLETE -> {
                if (!accepted.isEmpty()) {
                    complete(step.of(accepted));
                }
            }
            case WAIT -> time.pass(Duration.ofMinutes(step.choice() * 6L));
            case REOPEN -> {
                journal.close();
                open();
            }
        }
    }

    private void govern(int coordinator, int policy) {
        journal.govern(new Pin(COORDINATORS.get(coordinator), "policy service", POLICIES.get(policy), time.now()));
    }

    private static ReplayRequest request(String job, int choice) {
        return new ReplayRequest(
                job,
                choice % 3 == 0 ? Selector.ALL : Selector.ALL.withKeys(KEYS.subList(0, 1 + choice % KEYS.size())),
                choice == 22 ? ReplayMode.MISSED_ONLY : ReplayMode.FORCED,
                false,
                Limits.NONE,
                "the flow was wrong",
                "claims to be ben");
    }

    private Set<String> completedOf(Selector selector) {
        Set<String> keys = new TreeSet<>();
        journal.scan(selector, view -> {
            if (view.state().status() == Status.COMPLETED) {
                keys.add(view.envelope().key() + " " + view.state().generation());
            }
        });
        return keys;
    }

    private void arrive(Emission emission) {
        String key = emission.envelope().key();
        EventState before = journal.findByKey(key).orElseThrow().state();
        Token token = journal.tokens().read(emission.token().orElseThrow()).orElseThrow();
        Optional<GovernedJob> job =
                emission.job().flatMap(id -> journal.coordinator("first").job(id));
        JobState standing = job.map(GovernedJob::state).orElse(JobState.FAILED);
        Admission answer = journal.admit(List.of(new Arrival.WithToken(flowFile(), token, content(key))))
                .getFirst();
        EventState after = journal.findByKey(key).orElseThrow().state();
        if (answer instanceof Admission.Accepted admitted) {
            accepted.add(admitted.token());
        }
        if (after.generation() == before.generation()) {
            return;
        }
        REPEATED.incrementAndGet();
        assertThat(after.generation()).isEqualTo(before.generation() + 1);
        assertThat(standing).isEqualTo(JobState.RUNNING);
        GovernedJob by = job.orElseThrow();
        Approval approval = by.approval().orElseThrow();
        assertThat(approval.used()).isTrue();
        Approval given = new Approval(
                approval.approver(),
                approval.reason(),
                approval.given(),
                approval.expires(),
                approval.version(),
                approval.items(),
                approval.policy(),
                approval.pin(),
                false);
        Caller approver = approvals.get(given);
        assertThat(approver).as("that somebody gave this approval").isNotNull();
        assertThat(approver.mayApprove()).isTrue();
        assertThat(approver.isAnonymous()).isFalse();
        assertThat(editors.get(by.id())).doesNotContain(approver.identity());
        assertThat(plans.get(new Planned(by.id(), approval.items())))
                .as("the set that was agreed to")
                .contains(key + " " + before.generation());
        Pin pin = journal.governance().pinned().orElseThrow();
        assertThat(by.coordinator()).contains(pin.coordinator());
        assertThat(approval.pin()).as("who governs, by what").hasSize(64);
        assertThat(journal.governance().waiting()).as("nothing looser waits").isEmpty();
    }

    private void complete(Token token) {
        String flowFile = journal.find(token.event()).orElseThrow().state().owner();
        journal.claim(List.of(new Claim(token, flowFile, "call", Fragment.WHOLE, false, Optional.empty())));
        journal.record(List.of(new Outcome.Completed(token, flowFile, "call", Fragment.WHOLE, Optional.empty())));
    }

    private Token admit(Arrival arrival) {
        return ((Admission.Accepted) journal.admit(List.of(arrival)).getFirst()).token();
    }

    private String flowFile() {
        flowFiles++;
        return "flowfile " + flowFiles;
    }

    private static Content content(String key) {
        return Content.of(key.getBytes(StandardCharsets.UTF_8));
    }
}
