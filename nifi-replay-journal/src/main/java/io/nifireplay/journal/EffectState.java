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
package io.nifireplay.journal;

/**
 * One required side effect of an event, within a generation.
 *
 * @param name the effect's name
 * @param progress where it stands
 * @param attempt the attempt that claimed it last, 0 before any
 * @param claimant the FlowFile that claimed it last, or empty; of a split effect the fragments have their own
 * @param idempotent whether the downstream was declared, with the claim, to honour the idempotency key
 * @param fragments into how many fragments the event was split, 0 when it was not
 * @param split which split the fragments of this attempt come from, empty when that is not known
 * @param fragmentsClaimed fragments with a claim and no outcome
 * @param fragmentsCompleted fragments that are done
 * @param fragmentsFailed fragments whose last outcome was a failure
 */
public record EffectState(
        String name,
        Progress progress,
        int attempt,
        String claimant,
        boolean idempotent,
        int fragments,
        String split,
        int fragmentsClaimed,
        int fragmentsCompleted,
        int fragmentsFailed) {
    /** Of an effect, or of one fragment of it. */
    public enum Progress {
        PENDING,
        CLAIMED,
        COMPLETED,
        FAILED
    }

    /** An effect that nobody has claimed. */
    public static EffectState pending(String name) {
        return new EffectState(name, Progress.PENDING, 0, "", false, 0, "", 0, 0, 0);
    }

    public boolean isCompleted() {
        return progress == Progress.COMPLETED;
    }
}
