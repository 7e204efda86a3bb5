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
package io.nifireplay.journal.missed;

/** Why something counts as missed. */
public enum MissedReason {
    /**
     * The lease has ended and the FlowFile is taken for lost, before a side effect was begun or while one was that goes to a
     * downstream that honours the idempotency key: a replay does no harm.
     */
    LEASE_ENDED("lease ended"),
    /** The lease has ended while a side effect was under way that may not be repeated unasked: a person decides. */
    OUTCOME_UNKNOWN("outcome unknown"),
    /** It failed, and no retry is due, or the retry that was due was not fetched for too long. */
    LEFT_BEHIND("failure left behind"),
    /** It was given up, and nobody has acknowledged that. */
    DEAD_LETTER("dead letter"),
    /** The producer's numbers go on behind it, but it never came. */
    SEQUENCE_GAP("sequence gap");

    private final String text;

    MissedReason(String text) {
        this.text = text;
    }

    /** As people and reports write it. */
    public String text() {
        return text;
    }
}
