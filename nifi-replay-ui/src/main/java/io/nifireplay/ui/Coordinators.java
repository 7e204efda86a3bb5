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
package io.nifireplay.ui;

import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.ui.http.Problem;

/** The coordinators of this NiFi, as the one who calls may see them. */
public interface Coordinators {
    /** A coordinator that the caller may look at. */
    record Seat(String id, ReplayCoordinator coordinator, Caller caller) {}

    /**
     * @param id of the coordinator's service
     * @throws Problem when there is none, it is not enabled, or the caller may not read it
     */
    Seat open(String id) throws Problem;
}
