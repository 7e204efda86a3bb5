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

import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Token;
import java.util.Optional;

/** Where an event stands, seen from a FlowFile that carries a token of it. */
enum Standing {
    /** The FlowFile was on its way to an admission: the journal emits the event again. */
    NOT_ADMITTED,
    /** The journal has it no more, which it removes only once it is settled. */
    FORGOTTEN,
    /** The FlowFile is of an older attempt. */
    OLDER_ATTEMPT,
    /** All that is owed to the event is done. */
    COMPLETED,
    /** The attempt has failed: the journal keeps the event, for a retry or a person. */
    KEPT,
    /** The attempt runs, and needs its FlowFile. */
    OPEN;

    /** @param state as the journal has it, empty when it has none */
    static Standing of(Token token, Optional<EventState> state) {
        return switch (token.kind()) {
            case JOB, RETRY -> NOT_ADMITTED;
            case ADMISSION -> state.map(known -> of(token, known)).orElse(FORGOTTEN);
        };
    }

    private static Standing of(Token token, EventState state) {
        if (token.generation() != state.generation() || token.attempt() != state.attempt()) {
            return OLDER_ATTEMPT;
        }
        return switch (state.status()) {
            case COMPLETED -> COMPLETED;
            case FAILED, DEAD_LETTER -> KEPT;
            case IN_FLIGHT, DELIVERING -> OPEN;
        };
    }
}
