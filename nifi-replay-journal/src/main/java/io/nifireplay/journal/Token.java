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
 * What a verified {@code replay.token} says. Only {@link TokenMint} makes one from text.
 *
 * @param kind what the token was given for
 * @param event the event
 * @param generation the event's generation
 * @param attempt the event's attempt
 * @param jobNumber the replay job, 0 when none
 */
public record Token(Kind kind, EventRef event, int generation, int attempt, long jobNumber) {
    public enum Kind {
        /** Given by an admission: the FlowFile may act for this attempt. */
        ADMISSION,
        /** Given by an emission of a replay job: the FlowFile may ask for admission under the job. */
        JOB,
        /** Given by an emission of a retry that was due. */
        RETRY
    }
}
