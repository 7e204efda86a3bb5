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

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.Optional;

/** What a request asks for. */
public sealed interface Command {
    /** To open a replay job, or, in mode {@code dry run}, to say what it would do. */
    record Replay(ReplayRequest request) implements Command {}

    /** To pause, resume or abort a job. */
    record Change(String job, JobAction action, Cause cause) implements Command {}

    /**
     * To report.
     *
     * @param job one job, absent for the whole journal
     */
    record Status(Optional<String> job) implements Command {}

    /** To settle dead letters that were dealt with in another way. */
    record Acknowledge(Selector selector, Cause cause) implements Command {}

    /** To take a recovery point. */
    record TakeRecoveryPoint(String name) implements Command {}
}
