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

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a job has beyond a request, because a coordinator governs it.
 *
 * @param coordinator id of the coordinator's service
 * @param editors the identities that drafted or edited the job, the one that drafted it first
 * @param plan absent until it is planned, and after an edit
 * @param approvalNeeded whether a second identity has to agree
 * @param approval the last one that still counts, or was used
 * @param planAskedBy the identity that has asked for the plan which a search of provenance has yet to make
 */
public record Governing(
        String coordinator,
        List<String> editors,
        Optional<FrozenPlan> plan,
        boolean approvalNeeded,
        Optional<Approval> approval,
        Optional<String> planAskedBy) {
    public Governing {
        editors = List.copyOf(editors);
        // Of a job that was written before plans were asked for.
        planAskedBy = Objects.requireNonNullElse(planAskedBy, Optional.empty());
    }

    /** Of a job that was just drafted. */
    public static Governing drafted(String coordinator, String identity, boolean approvalNeeded) {
        return new Governing(
                coordinator, List.of(identity), Optional.empty(), approvalNeeded, Optional.empty(), Optional.empty());
    }

    /** Another has changed what is asked: what was found and agreed is gone. */
    public Governing edited(String byCoordinator, String identity, boolean needed) {
        return new Governing(
                byCoordinator, with(identity), Optional.empty(), needed, Optional.empty(), Optional.empty());
    }

    /** Somebody asks for a plan, which is made later: what was found and agreed is gone. */
    public Governing planAsked(String ofCoordinator, String identity) {
        return new Governing(
                ofCoordinator, editors, Optional.empty(), approvalNeeded, Optional.empty(), Optional.of(identity));
    }

    /** The plan that was asked for could not be made. */
    public Governing notPlanned() {
        return new Governing(
                coordinator, editors, Optional.empty(), approvalNeeded, Optional.empty(), Optional.empty());
    }

    /** The events are frozen; what was agreed before is gone. */
    public Governing planned(FrozenPlan frozen, boolean needed) {
        return new Governing(coordinator, editors, Optional.of(frozen), needed, Optional.empty(), Optional.empty());
    }

    public Governing approved(Approval given) {
        return new Governing(coordinator, editors, plan, approvalNeeded, Optional.of(given), planAskedBy);
    }

    /** The same with a plan, or with none. */
    public Governing withPlan(Optional<FrozenPlan> frozen) {
        return new Governing(coordinator, editors, frozen, approvalNeeded, approval, planAskedBy);
    }

    /** What was agreed counts no more. */
    public Governing unapproved() {
        return new Governing(coordinator, editors, plan, true, Optional.empty(), planAskedBy);
    }

    public Governing started() {
        return new Governing(coordinator, editors, plan, approvalNeeded, approval.map(Approval::asUsed), planAskedBy);
    }

    private List<String> with(String identity) {
        List<String> all = new ArrayList<>(editors);
        if (!all.contains(identity)) {
            all.add(identity);
        }
        return all;
    }
}
