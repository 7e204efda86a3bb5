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

/** Where an event stands. */
public enum Status {
    /** Admitted; a FlowFile carries it, and has it until its lease ends. */
    IN_FLIGHT,
    /** A side effect was claimed and has no outcome yet; once the lease has ended the outcome is unknown. */
    DELIVERING,
    /** An effect failed; the journal knows when it is due again. */
    FAILED,
    /** All required effects are done. */
    COMPLETED,
    /** Given up: a person decides. */
    DEAD_LETTER
}
