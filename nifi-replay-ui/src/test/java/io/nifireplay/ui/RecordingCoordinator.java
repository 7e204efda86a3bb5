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
package io.nifireplay.ui;

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.governance.Approval;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceCounts;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobWait;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has one job, and remembers what it was asked for. What a coordinator decides is tested where it is. */
final class RecordingCoordinator implements ReplayCoordinator {
    static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final String DIGEST = "a".repeat(64);

    private GovernedJob job;
    private final List<String> asked = new ArrayList<>();
    private Optional<RuntimeException> refusal = Optional.empty();
    private Governance governance = Governance.NONE;

    RecordingCoordinator(ReplayRequest request) {
        job = new GovernedJob(
                7,
                request,
                JobState.AWAITING_APPROVAL,
                "it is forced",
                Optional.of(new JobWait("another", "a")),
                Optional.of(new FrozenPlan(
                        new Plan(3, 2, Map.of(), Map.of("a", 3L), 1, 0, 0, 0, 1_000, 2_000),
                        DIGEST,
                        DIGEST,
                        NOW,
                        Optional.of(Duration.ofSeconds(5)),
                        Optional.empty())),
                Progress.of(2),
                Optional.of("c1"),
                List.of("CN=operator"),
                true,
                Optional.of(new Approval(
                        "CN=approver", "fine", NOW, NOW.plusSeconds(60), 7, DIGEST, DIGEST, DIGEST, false)),
                NOW,
                NOW,
                0.5,
                Optional.of(Duration.ofSeconds(4)),
                Optional.empty());
    }

    /** The job is over provenance, and its plan, if it is planned, tells what was found there. */
    void isOverProvenance(ProvenanceSelection selection, JobState state) {
        FrozenPlan plan = job.plan().orElseThrow();
        ProvenanceCounts found = new ProvenanceCounts(5, 3, 1, 0, 1, Map.of(ItemStanding.CONTENT_EXPIRED, 1L));
        ReplayRequest request = job.request();
        job = new GovernedJob(
                job.version(),
                new ReplayRequest(
                                request.job(),
                                Selector.ALL,
                                ReplayMode.MISSED_ONLY,
                                request.includeUnknown(),
                                Limits.NONE,
                                request.reason(),
                                request.requester())
                        .over(selection),
                state,
                job.stateReason(),
                job.waitsFor(),
                state == JobState.PLANNING
                        ? Optional.empty()
                        : Optional.of(new FrozenPlan(
                                plan.numbers(),
                                plan.items(),
                                plan.policy(),
                                plan.made(),
                                plan.estimate(),
                                Optional.of(found))),
                job.progress(),
                job.coordinator(),
                job.editors(),
                job.approvalNeeded(),
                Optional.empty(),
                job.drafted(),
                job.changed(),
                job.ratePerSecond(),
                job.timeLeft(),
                Optional.of(selection.toString()));
    }

    void refuseWith(RuntimeException exception) {
        refusal = Optional.of(exception);
    }

    void governedBy(Governance other) {
        governance = other;
    }

    List<String> asked() {
        return asked;
    }

    @Override
    public List<GovernedJob> jobs() {
        return List.of(job);
    }

    @Override
    public Optional<GovernedJob> job(String id) {
        return id.equals(job.id()) ? Optional.of(job) : Optional.empty();
    }

    @Override
    public GovernedJob draft(ReplayRequest request, Caller caller) {
        return done("draft " + words(request), caller);
    }

    private static String words(ReplayRequest request) {
        return request.job() + " " + request.mode()
                + request.provenance().map(selection -> " over " + selection).orElse("");
    }

    @Override
    public GovernedJob edit(String id, long version, ReplayRequest request, Caller caller) {
        return done("edit " + version + " " + words(request), caller);
    }

    @Override
    public GovernedJob plan(String id, long version, Caller caller) {
        return done("plan " + id + " " + version, caller);
    }

    @Override
    public GovernedJob approve(String id, long version, String reason, Caller caller) {
        return done("approve " + id + " " + version + " " + reason, caller);
    }

    @Override
    public GovernedJob start(String id, long version, String reason, Caller caller) {
        return done("start " + id + " " + version + " " + reason, caller);
    }

    @Override
    public GovernedJob pause(String id, long version, String reason, Caller caller) {
        return done("pause " + id + " " + version + " " + reason, caller);
    }

    @Override
    public GovernedJob resume(String id, long version, String reason, Caller caller) {
        return done("resume " + id + " " + version + " " + reason, caller);
    }

    @Override
    public GovernedJob abort(String id, long version, String reason, Caller caller) {
        return done("abort " + id + " " + version + " " + reason, caller);
    }

    @Override
    public Governance governance() {
        return governance;
    }

    @Override
    public Governance approvePolicy(String digest, String reason, Caller caller) {
        done("approve policy " + digest + " " + reason, caller);
        return governance;
    }

    private GovernedJob done(String what, Caller caller) {
        refusal.ifPresent(exception -> {
            throw exception;
        });
        asked.add(what + " by " + caller.identity());
        return job;
    }
}
