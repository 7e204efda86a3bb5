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
package io.nifireplay.audit.spool;

import java.time.Instant;

/** What a line of the spool says. */
sealed interface SpoolRecord {
    /** A random id, by which a record that was drained twice can be recognised. */
    String id();

    /**
     * One refusal, or equal ones that came within a second.
     *
     * @param refusal the first of them
     * @param last when the last of them came
     * @param times how many there were, from 1
     */
    record Refused(String id, Refusal refusal, Instant last, long times) implements SpoolRecord {}

    /**
     * Refusals that were not recorded: too many came at once, or the spool was full.
     *
     * @param first when the first of them came
     * @param last when the last of them came
     * @param count how many there were, from 1
     */
    record Omitted(String id, Instant first, Instant last, long count) implements SpoolRecord {}
}
