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
package io.nifireplay.journal.governance;

import io.nifireplay.journal.replay.ReplayRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A coordinator that does something around each change that another one makes; what only reads goes through. */
public abstract class DecoratedCoordinator implements ReplayCoordinator {
    private final ReplayCoordinator coordinator;

    /** @param coordinator makes the changes */
    protected DecoratedCoordinator(ReplayCoordinator coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * Makes a change, or does not.
     *
     * @param asked what is to be done, such as {@code approve}
     * @param job the id that was named; empty when a policy is to be approved
     * @param change throws as {@link ReplayCoordinator} says
     */
    protected abstract <R> R around(String asked, Optional<String> job, Caller caller, Supplier<R> change);

    @Override
    public final List<GovernedJob> jobs() {
        return coordinator.jobs();
    }

    @Override
    public final Optional<GovernedJob> job(String id) {
        return coordinator.job(id);
    }

    @Override
    public final GovernedJob draft(ReplayRequest request, Caller caller) {
        return around("draft", Optional.of(request.job()), caller, () -> coordinator.draft(request, caller));
    }

    @Override
    public final GovernedJob edit(String job, long version, ReplayRequest request, Caller caller) {
        return around("edit", Optional.of(job), caller, () -> coordinator.edit(job, version, request, caller));
    }

    @Override
    public final GovernedJob plan(String job, long version, Caller caller) {
        return around("plan", Optional.of(job), caller, () -> coordinator.plan(job, version, caller));
    }

    @Override
    public final GovernedJob approve(String job, long version, String reason, Caller caller) {
        return around("approve", Optional.of(job), caller, () -> coordinator.approve(job, version, reason, caller));
    }

    @Override
    public final GovernedJob start(String job, long version, String reason, Caller caller) {
        return around("start", Optional.of(job), caller, () -> coordinator.start(job, version, reason, caller));
    }

    @Override
    public final GovernedJob pause(String job, long version, String reason, Caller caller) {
        return around("pause", Optional.of(job), caller, () -> coordinator.pause(job, version, reason, caller));
    }

    @Override
    public final GovernedJob resume(String job, long version, String reason, Caller caller) {
        return around("resume", Optional.of(job), caller, () -> coordinator.resume(job, version, reason, caller));
    }

    @Override
    public final GovernedJob abort(String job, long version, String reason, Caller caller) {
        return around("abort", Optional.of(job), caller, () -> coordinator.abort(job, version, reason, caller));
    }

    @Override
    public final Governance governance() {
        return coordinator.governance();
    }

    @Override
    public final Governance approvePolicy(String digest, String reason, Caller caller) {
        return around(
                "approve policy", Optional.empty(), caller, () -> coordinator.approvePolicy(digest, reason, caller));
    }
}
