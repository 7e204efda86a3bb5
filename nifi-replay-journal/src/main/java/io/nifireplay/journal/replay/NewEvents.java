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
package io.nifireplay.journal.replay;

/** What becomes of events that arrive in the partitions of a replay job while it is open. */
public enum NewEvents {
    /** They are delivered as ever, beside what is replayed. */
    PASS("pass"),
    /** They are admitted, and not delivered before the job is over. */
    HOLD("hold");

    /**
     * So many events are admitted and held at most, of all jobs together; more wait before their admission. They lie in
     * queues that the replayed events go through too: half of what a queue of NiFi takes by default before its back
     * pressure begins leaves room for these.
     */
    public static final int MAX_HELD = 5_000;

    private final String text;

    NewEvents(String text) {
        this.text = text;
    }

    /** As people and requests write it. */
    public String text() {
        return text;
    }
}
