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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Status;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An event of the journal that was missed.
 *
 * @param event its place
 * @param sequence the producer's number
 * @param status where it stands
 * @param reason why it counts as missed; never {@link MissedReason#SEQUENCE_GAP}
 * @param since when its lease ended, when its retry was due, or, where none was due, when it last changed
 * @param admitted when it was first admitted
 * @param generation its generation
 * @param attempt its attempt, which rises with each admission
 * @param errorType the type of its last failure
 * @param contentInJournal whether a replay from the journal can bring it back
 */
public record MissedEvent(
        EventRef event,
        OptionalLong sequence,
        Status status,
        MissedReason reason,
        Instant since,
        Instant admitted,
        int generation,
        int attempt,
        Optional<String> errorType,
        boolean contentInJournal) {}
