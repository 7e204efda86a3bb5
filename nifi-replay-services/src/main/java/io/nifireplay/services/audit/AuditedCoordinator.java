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
package io.nifireplay.services.audit;

import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.DecoratedCoordinator;
import io.nifireplay.journal.governance.RefusedException;
import io.nifireplay.journal.governance.ReplayCoordinator;
import java.util.Optional;
import java.util.function.Supplier;

/** A coordinator whose changes and refusals are in the audit trail before it tells of them. */
final class AuditedCoordinator extends DecoratedCoordinator {
    private final OutboxTeller teller;

    AuditedCoordinator(ReplayCoordinator coordinator, OutboxTeller teller) {
        super(coordinator);
        this.teller = teller;
    }

    /** What it refuses is noted, too, and told before it is refused. */
    @Override
    protected <R> R around(String asked, Optional<String> job, Caller caller, Supplier<R> change) {
        try {
            return teller.telling(change);
        } catch (RefusedException e) {
            teller.tell();
            throw e;
        }
    }
}
