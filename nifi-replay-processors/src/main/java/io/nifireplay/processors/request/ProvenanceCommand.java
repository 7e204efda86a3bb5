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
package io.nifireplay.processors.request;

import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.ReplayRequest;

/** What a request asks of ReplayProvenance. */
public sealed interface ProvenanceCommand {
    /** To open a job over provenance or, in mode {@code dry run}, to say what it would do. */
    record Replay(ReplayRequest request, ProvenanceSelection selection) implements ProvenanceCommand {}

    /** What can be asked of any job. */
    record OfAnyJob(Command command) implements ProvenanceCommand {}
}
