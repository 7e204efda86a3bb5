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

/**
 * Replay jobs under a policy: drafted, planned, approved where the policy asks for it, started, and stopped, each on the
 * word of an identity that NiFi has authenticated.
 *
 * <p>Whoever changes a job names the version that he has seen: of two who change the same version one is refused. Every
 * method that changes something returns once the change and its notice are on stable storage. All of them throw {@link
 * NotPermittedException} when the caller may not, {@link StaleVersionException} when the job has changed meanwhile, {@link
 * IllegalTransitionException} when the job cannot go there from where it stands, {@link IllegalArgumentException} when there
 * is no such job or the request is not one, and {@link io.nifireplay.journal.JournalException} as the journal does.
 */
public interface ReplayCoordinator {
    /** All jobs of the journal, the oldest first: those that FlowFiles asked for, too. */
    List<GovernedJob> jobs();

    /** The job of this id, empty when there is none. */
    Optional<GovernedJob> job(String id);

    /**
     * Makes a job that does nothing yet.
     *
     * @param request its requester is replaced by the caller's identity; its id must be new in the journal; modes {@code missed only}, {@code forced} and
     *     {@code drill}
     */
    GovernedJob draft(ReplayRequest request, Caller caller);

    /**
     * Changes what is asked, before the job was started: it is drafted again, its plan and its approval are gone.
     *
     * @param request of the same id; its requester is replaced by the one who drafted the job
     */
    GovernedJob edit(String job, long version, ReplayRequest request, Caller caller);

    /**
     * A dry run that freezes the set of events: the job awaits approval then, or is approved where none is needed. A job
     * that was planned before is planned anew; its approval is gone.
     */
    GovernedJob plan(String job, long version, Caller caller);

    /** Agrees to the job as it is planned: not by one who drafted or edited it. */
    GovernedJob approve(String job, long version, String reason, Caller caller);

    /**
     * Starts an approved job, and uses its approval. A job whose approval is not good any more awaits another one; one whose
     * items are not those that were planned has failed.
     */
    GovernedJob start(String job, long version, String reason, Caller caller);

    /** Pauses a running job; also an approver may. */
    GovernedJob pause(String job, long version, String reason, Caller caller);

    GovernedJob resume(String job, long version, String reason, Caller caller);

    /** Ends a job that is not over, for good; also an approver may. */
    GovernedJob abort(String job, long version, String reason, Caller caller);

    /** Who governs the journal, by which policy, and what waits for an approval. */
    Governance governance();

    /**
     * Lets the waiting policy, or the waiting coordinator with its policy, take the place of what is pinned.
     *
     * @param digest of what waits, {@link Pin#digest}, as the caller has seen it: it covers the policy, its service and the
     *     coordinator
     */
    Governance approvePolicy(String digest, String reason, Caller caller);
}
