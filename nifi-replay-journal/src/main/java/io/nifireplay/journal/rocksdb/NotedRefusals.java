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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.Origin;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.DecoratedCoordinator;
import io.nifireplay.journal.governance.RefusedException;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.outbox.Happening;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A coordinator that notes what it refuses: who tried to approve his own job, or to start one with an approval that was
 * used, has expired, or is of another version. A request that is none, or of a job that is not there, is no refusal.
 */
final class NotedRefusals extends DecoratedCoordinator {
    private final Engine engine;
    private final Origin origin;

    NotedRefusals(ReplayCoordinator coordinator, Engine engine, Origin origin) {
        super(coordinator);
        this.engine = engine;
        this.origin = origin;
    }

    @Override
    protected <R> R around(String asked, Optional<String> job, Caller caller, Supplier<R> change) {
        try {
            return change.get();
        } catch (RefusedException e) {
            // The identity stands in the notice by itself: the trail may have to write it as a pseudonym.
            String reason = e.getMessage().replace("'" + caller.identity() + "'", "The requester");
            engine.commit(
                    origin,
                    1,
                    (transaction, jobs) -> transaction
                            .notes()
                            .note(new Happening.RequestRefused(job, asked, caller.identity(), reason)));
            throw e;
        }
    }
}
