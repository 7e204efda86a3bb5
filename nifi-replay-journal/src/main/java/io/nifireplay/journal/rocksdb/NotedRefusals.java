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

import io.nifireplay.journal.Origin;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.RefusedException;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A coordinator that notes what it refuses: who tried to approve his own job, or to start one with an approval that was
 * used, has expired, or is of another version. A request that is none, or of a job that is not there, is no refusal.
 */
final class NotedRefusals implements ReplayCoordinator {
    private final ReplayCoordinator coordinator;
    private final Engine engine;
    private final Origin origin;

    NotedRefusals(ReplayCoordinator coordinator, Engine engine, Origin origin) {
        this.coordinator = coordinator;
        this.engine = engine;
        this.origin = origin;
    }

    private <R> R noted(String asked, Optional<String> job, Caller caller, Supplier<R> change) {
        try {
            return change.get();
        } catch (RefusedException e) {
            // The identity stands in the notice by itself: the trail may have to write it as a pseudonym.
            String reason = e.getMessage().replace("'" + caller.identity() + "'", "The requester");
            engine.commit(
                    origin,
                    1,
                    (transaction, jobs) -> transaction
                            .notes()
                            .note(new Happening.RequestRefused(job, asked, caller.identity(), reason)));
            throw e;
        }
    }

    @Override
    public List<GovernedJob> jobs() {
        return coordinator.jobs();
    }

    @Override
    public Optional<GovernedJob> job(String id) {
        return coordinator.job(id);
    }

    @Override
    public GovernedJob draft(ReplayRequest request, Caller caller) {
        return noted("draft", Optional.of(request.job()), caller, () -> coordinator.draft(request, caller));
    }

    @Override
    public GovernedJob edit(String job, long version, ReplayRequest request, Caller caller) {
        return noted("edit", Optional.of(job), caller, () -> coordinator.edit(job, version, request, caller));
    }

    @Override
    public GovernedJob plan(String job, long version, Caller caller) {
        return noted("plan", Optional.of(job), caller, () -> coordinator.plan(job, version, caller));
    }

    @Override
    public GovernedJob approve(String job, long version, String reason, Caller caller) {
        return noted("approve", Optional.of(job), caller, () -> coordinator.approve(job, version, reason, caller));
    }

    @Override
    public GovernedJob start(String job, long version, String reason, Caller caller) {
        return noted("start", Optional.of(job), caller, () -> coordinator.start(job, version, reason, caller));
    }

    @Override
    public GovernedJob pause(String job, long version, String reason, Caller caller) {
        return noted("pause", Optional.of(job), caller, () -> coordinator.pause(job, version, reason, caller));
    }

    @Override
    public GovernedJob resume(String job, long version, String reason, Caller caller) {
        return noted("resume", Optional.of(job), caller, () -> coordinator.resume(job, version, reason, caller));
    }

    @Override
    public GovernedJob abort(String job, long version, String reason, Caller caller) {
        return noted("abort", Optional.of(job), caller, () -> coordinator.abort(job, version, reason, caller));
    }

    @Override
    public Governance governance() {
        return coordinator.governance();
    }

    @Override
    public Governance approvePolicy(String digest, String reason, Caller caller) {
        return noted(
                "approve policy", Optional.empty(), caller, () -> coordinator.approvePolicy(digest, reason, caller));
    }
}
