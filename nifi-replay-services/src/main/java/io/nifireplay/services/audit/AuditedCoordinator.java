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
package io.nifireplay.services.audit;

import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.RefusedException;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A coordinator whose changes and refusals are in the audit trail before it tells of them. */
final class AuditedCoordinator implements ReplayCoordinator {
    private final ReplayCoordinator coordinator;
    private final OutboxTeller teller;

    AuditedCoordinator(ReplayCoordinator coordinator, OutboxTeller teller) {
        this.coordinator = coordinator;
        this.teller = teller;
    }

    /** What it refuses is noted, too, and told before it is refused. */
    private <R> R told(Supplier<R> change) {
        try {
            return teller.telling(change);
        } catch (RefusedException e) {
            teller.tell();
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
        return told(() -> coordinator.draft(request, caller));
    }

    @Override
    public GovernedJob edit(String job, long version, ReplayRequest request, Caller caller) {
        return told(() -> coordinator.edit(job, version, request, caller));
    }

    @Override
    public GovernedJob plan(String job, long version, Caller caller) {
        return told(() -> coordinator.plan(job, version, caller));
    }

    @Override
    public GovernedJob approve(String job, long version, String reason, Caller caller) {
        return told(() -> coordinator.approve(job, version, reason, caller));
    }

    @Override
    public GovernedJob start(String job, long version, String reason, Caller caller) {
        return told(() -> coordinator.start(job, version, reason, caller));
    }

    @Override
    public GovernedJob pause(String job, long version, String reason, Caller caller) {
        return told(() -> coordinator.pause(job, version, reason, caller));
    }

    @Override
    public GovernedJob resume(String job, long version, String reason, Caller caller) {
        return told(() -> coordinator.resume(job, version, reason, caller));
    }

    @Override
    public GovernedJob abort(String job, long version, String reason, Caller caller) {
        return told(() -> coordinator.abort(job, version, reason, caller));
    }

    @Override
    public Governance governance() {
        return coordinator.governance();
    }

    @Override
    public Governance approvePolicy(String digest, String reason, Caller caller) {
        return told(() -> coordinator.approvePolicy(digest, reason, caller));
    }
}
