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

/**
 * When the end of a FlowFile is the loss of its event. Most FlowFiles end as they should, so a DROP says little; what
 * the journal says of the event counts, then how the FlowFile ended, then what else carries the event.
 *
 * <pre>
 * the journal's word              emptied by a    expired   ended by the flow      load balancing
 *                                 person                    (auto-terminated,
 *                                                           removed, no content)
 * completed, kept, older attempt,
 * not admitted, forgotten         no loss         no loss   no loss                no loss
 * open, not carried any more      no loss         no loss   no loss                no loss
 * open, one of several            loss            loss      no loss                no loss
 * open, the only one              loss            loss      asked again            no loss
 * </pre>
 *
 * <p>The flow itself ends originals of splits and one of two clones while the others go on: only the last one counts, and
 * even then the journal is asked once more after a while. A person who empties a queue, and an expiration, take what
 * the flow has not ended, so each such FlowFile is a loss, whatever else there is: a part or an effect of the event
 * is gone.
 */
final class LossRule {
    private LossRule() {}

    /** The rule's answer. */
    enum Verdict {
        NO_LOSS,
        LOSS,
        /** A loss, unless the journal says otherwise after a while. */
        ASK_AGAIN
    }

    static Verdict judge(Removal removal, Standing standing, Carrier carrier) {
        return switch (standing) {
            case NOT_ADMITTED, FORGOTTEN, OLDER_ATTEMPT, COMPLETED, KEPT -> Verdict.NO_LOSS;
            case OPEN -> whileOpen(removal, carrier);
        };
    }

    private static Verdict whileOpen(Removal removal, Carrier carrier) {
        if (carrier == Carrier.NOT_ANY_MORE) {
            return Verdict.NO_LOSS;
        }
        return switch (removal) {
            case Removal.Emptied it -> Verdict.LOSS;
            case Removal.Expired it -> Verdict.LOSS;
            case Removal.AutoTerminated it -> endedByTheFlow(carrier);
            case Removal.Discarded it -> endedByTheFlow(carrier);
            case Removal.SentToAnotherNode it -> Verdict.NO_LOSS;
            case Removal.NotTakenFromAnotherNode it -> Verdict.NO_LOSS;
        };
    }

    private static Verdict endedByTheFlow(Carrier carrier) {
        return carrier == Carrier.ONE_OF_SEVERAL ? Verdict.NO_LOSS : Verdict.ASK_AGAIN;
    }
}
