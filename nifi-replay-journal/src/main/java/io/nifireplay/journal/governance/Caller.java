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
package io.nifireplay.journal.governance;

import java.util.Locale;
import java.util.Optional;

/**
 * Who asks a coordinator for something. All three come from NiFi's own context: it has authenticated the identity, and its
 * authorizer has decided about the rights.
 *
 * @param identity as NiFi names it
 * @param mayOperate whether it may write the coordinator's service
 * @param approverOf the id of the policy's service that it may write, if it may write the one that makes approvers: that of
 *     {@link Governance#approversOf}, as it was when NiFi was asked
 */
public record Caller(String identity, boolean mayOperate, Optional<String> approverOf) {
    /** NiFi's own word for nobody in particular. */
    private static final String ANONYMOUS = "anonymous";

    public Caller {
        identity = identity.strip();
    }

    /** Whether it may agree to something, as NiFi said when it was asked. */
    public boolean mayApprove() {
        return approverOf.isPresent();
    }

    /** Whether NiFi does not know who it is: such a caller approves nothing. */
    public boolean isAnonymous() {
        return isAnonymous(identity);
    }

    static boolean isAnonymous(String identity) {
        return identity.isBlank() || identity.strip().toLowerCase(Locale.ROOT).equals(ANONYMOUS);
    }
}
