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
package io.nifireplay.reporting.provenance;

import io.nifireplay.journal.EffectState;
import io.nifireplay.journal.EventState;
import io.nifireplay.processors.ReplayAttributes;
import java.util.Optional;
import java.util.Set;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/** What a FlowFile that ended was to its event. */
enum Carrier {
    /** Nothing else is known to carry the event. */
    THE_ONLY_ONE,
    /** Others carry it on: clones, parts of a split, what it was merged into. */
    ONE_OF_SEVERAL,
    /**
     * It did not carry the event any more: a Replay made it as a copy, it was turned away because another has the effect, or
     * its outcome is recorded.
     */
    NOT_ANY_MORE;

    /** Outcomes with which GuardDelivery and CompleteEvent turn away what is not needed. */
    private static final Set<String> TURNED_AWAY = Set.of("superseded", "already completed");

    /** Outcomes that CompleteEvent has recorded. */
    private static final Set<String> RECORDED = Set.of("success", "failed", "dead letter");

    /**
     * An attribute proves nothing: what {@code replay.outcome} says counts only where the journal's state bears it out.
     *
     * @param event of the FlowFile's end
     * @param state of the event, as the journal has it; empty when it has none
     */
    static Carrier of(ProvenanceEventRecord event, Families.Left left, Optional<EventState> state) {
        String outcome = Optional.ofNullable(event.getAttribute(ReplayAttributes.OUTCOME))
                .orElse("");
        boolean recorded = state.filter(Carrier::hasOutcome).isPresent();
        boolean claimed = state.filter(known -> isClaimedByAnother(known, event.getFlowFileUuid()))
                .isPresent();
        if (left.isCopy()
                || (RECORDED.contains(outcome) && recorded)
                || (TURNED_AWAY.contains(outcome) && (claimed || recorded))) {
            return NOT_ANY_MORE;
        }
        return left.othersAlive() ? ONE_OF_SEVERAL : THE_ONLY_ONE;
    }

    private static boolean hasOutcome(EventState state) {
        return state.effects().stream()
                .anyMatch(effect -> effect.progress() == EffectState.Progress.COMPLETED
                        || effect.progress() == EffectState.Progress.FAILED
                        || effect.fragmentsCompleted() + effect.fragmentsFailed() > 0);
    }

    private static boolean isClaimedByAnother(EventState state, String flowFile) {
        return state.effects().stream()
                .anyMatch(effect -> effect.fragmentsClaimed() > 0
                        || (!effect.claimant().isEmpty() && !effect.claimant().equals(flowFile)));
    }
}
