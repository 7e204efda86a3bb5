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

/**
 * Who asks a coordinator for something. All three come from NiFi's own context: it has authenticated the identity, and its
 * authorizer has decided about the rights.
 *
 * @param identity as NiFi names it
 * @param mayOperate whether it may write the coordinator's service
 * @param mayApprove whether it may write the policy's service that {@link Governance#approversOf} names
 */
public record Caller(String identity, boolean mayOperate, boolean mayApprove) {
    /** NiFi's own word for nobody in particular. */
    private static final String ANONYMOUS = "anonymous";

    public Caller {
        identity = identity.strip();
    }

    /** Whether NiFi does not know who it is: such a caller approves nothing. */
    public boolean isAnonymous() {
        return isAnonymous(identity);
    }

    static boolean isAnonymous(String identity) {
        return identity.isBlank() || identity.strip().toLowerCase(Locale.ROOT).equals(ANONYMOUS);
    }
}
