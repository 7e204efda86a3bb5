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
package io.nifireplay.processors.rest;

/** What NiFi answered to the wish for a replay. */
public sealed interface ReplayOutcome {
    /**
     * It made a FlowFile and put it into the queue.
     *
     * @param flowFile its UUID
     */
    record Made(String flowFile) implements ReplayOutcome {}

    /** It will not, however often it is asked. */
    record Refused(Reason reason, String explanation) implements ReplayOutcome {}

    /**
     * Nobody knows whether it did: there was no answer, or one that says nothing about the wish.
     *
     * @param explanation for people
     */
    record Unanswered(String explanation) implements ReplayOutcome {}

    /** It surely did not, because it could not be reached or had too much to do. */
    record NotNow(String explanation) implements ReplayOutcome {}

    /** Why NiFi will not replay. */
    enum Reason {
        CONTENT_GONE,
        QUEUE_GONE,
        JOIN,
        NOT_PERMITTED,
        EVENT_GONE;

        /** The reason that NiFi 2's words give, for a look before or for an answer; empty words are of a missing right. */
        public static Reason of(String words) {
            if (words.contains("multiple parents")) {
                return JOIN;
            }
            if (words.contains("Source FlowFile Queue")) {
                return QUEUE_GONE;
            }
            if (words.contains("Content Repository")
                    || words.contains("Content Claim")
                    || words.contains("content was available")) {
                return CONTENT_GONE;
            }
            if (words.contains("Cannot find Provenance Event") || words.contains("find the specified event")) {
                return EVENT_GONE;
            }
            return NOT_PERMITTED;
        }
    }
}
