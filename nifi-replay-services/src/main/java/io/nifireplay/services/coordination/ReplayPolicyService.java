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
package io.nifireplay.services.coordination;

import io.nifireplay.journal.governance.ReplayPolicy;
import org.apache.nifi.controller.ControllerService;

/** Gives the rules for replay jobs. Who may write the service's properties may approve. */
public interface ReplayPolicyService extends ControllerService {
    /**
     * The policy, as it is set while the service is enabled.
     *
     * @throws IllegalStateException when the service is not enabled
     */
    ReplayPolicy getReplayPolicy();
}
