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

import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.personal.PersonalIds;
import org.apache.nifi.controller.ControllerService;

/** Gives components the audit trail that they write to. */
public interface AuditTrailService extends ControllerService {
    /**
     * The trail, open while the service is enabled. It is not to be kept beyond one trigger, and not to be closed.
     *
     * @throws io.nifireplay.audit.AuditException when the service is not enabled
     */
    AuditTrail getAuditTrail();

    /**
     * Brings ids that may be personal into the form in which entries carry them: idempotency keys and users' identities.
     *
     * @throws io.nifireplay.audit.AuditException when the service is not enabled
     */
    PersonalIds getPersonalIds();

    /**
     * What a component does when the trail cannot be written, as on a full disk: true when it must stop rather than let
     * anything pass that is not in the trail.
     */
    boolean isRequired();
}
