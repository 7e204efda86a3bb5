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
package io.nifireplay.authorizer;

import org.apache.nifi.authorization.AccessPolicyProvider;
import org.apache.nifi.authorization.Authorizer;
import org.apache.nifi.authorization.ManagedAuthorizer;
import org.apache.nifi.authorization.exception.AuthorizerCreationException;

/**
 * {@link RefusalAuditingAuthorizer} for an authorizer whose users and policies NiFi manages, such as NiFi's own
 * StandardManagedAuthorizer: they are edited, compared and inherited as if it were not there.
 */
public final class RefusalAuditingManagedAuthorizer extends RefusalAuditingAuthorizer implements ManagedAuthorizer {
    /** For NiFi. */
    public RefusalAuditingManagedAuthorizer() {}

    RefusalAuditingManagedAuthorizer(RefusedReplays refusedReplays) {
        super(refusedReplays);
    }

    @Override
    public String getFingerprint() {
        return managed().getFingerprint();
    }

    @Override
    public void inheritFingerprint(String fingerprint) {
        managed().inheritFingerprint(fingerprint);
    }

    @Override
    public void forciblyInheritFingerprint(String fingerprint) {
        managed().forciblyInheritFingerprint(fingerprint);
    }

    @Override
    public void checkInheritability(String proposedFingerprint) {
        managed().checkInheritability(proposedFingerprint);
    }

    @Override
    public AccessPolicyProvider getAccessPolicyProvider() {
        return managed().getAccessPolicyProvider();
    }

    @Override
    void requireKind(Authorizer decider, String id) {
        if (!(decider instanceof ManagedAuthorizer)) {
            throw new AuthorizerCreationException("NiFi does not manage the policies of the authorizer '" + id
                    + "'. Make '" + ownId() + "' in authorizers.xml a " + RefusalAuditingAuthorizer.class.getName());
        }
    }

    private ManagedAuthorizer managed() {
        return (ManagedAuthorizer) authorizer();
    }
}
