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

import java.util.HashMap;
import java.util.Map;
import org.apache.nifi.authorization.AccessPolicyProviderLookup;
import org.apache.nifi.authorization.Authorizer;
import org.apache.nifi.authorization.AuthorizerConfigurationContext;
import org.apache.nifi.authorization.AuthorizerFactory;
import org.apache.nifi.authorization.AuthorizerInitializationContext;
import org.apache.nifi.authorization.AuthorizerLookup;
import org.apache.nifi.authorization.UserGroupProviderLookup;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.util.MockPropertyValue;

/** Makes authorizers of a configuration as NiFi does, with all that it wraps round them. */
final class AuthorizersXml {
    static final String OWN_ID = "audited-authorizer";

    private final Map<String, Authorizer> authorizers = new HashMap<>();

    AuthorizersXml with(String id, Authorizer authorizer) {
        authorizers.put(id, AuthorizerFactory.withNarLoader(authorizer, AuthorizersXml.class.getClassLoader()));
        return this;
    }

    /** The authorizer that NiFi asks, configured. */
    Authorizer select(Authorizer own, Map<String, String> properties) {
        own.initialize(initialization(authorizers, id -> null));
        with(OWN_ID, own);
        Authorizer selected = AuthorizerFactory.installIntegrityChecks(authorizers.get(OWN_ID));
        selected.onConfigured(configuration(properties));
        return selected;
    }

    static AuthorizerInitializationContext initialization(
            Map<String, Authorizer> authorizers, AccessPolicyProviderLookup policies) {
        return new AuthorizerInitializationContext() {
            @Override
            public String getIdentifier() {
                return OWN_ID;
            }

            @Override
            public UserGroupProviderLookup getUserGroupProviderLookup() {
                throw new UnsupportedOperationException();
            }

            @Override
            public AccessPolicyProviderLookup getAccessPolicyProviderLookup() {
                return policies;
            }

            @Override
            public AuthorizerLookup getAuthorizerLookup() {
                return authorizers::get;
            }
        };
    }

    static AuthorizerConfigurationContext configuration(Map<String, String> properties) {
        return new AuthorizerConfigurationContext() {
            @Override
            public String getIdentifier() {
                return OWN_ID;
            }

            @Override
            public Map<String, String> getProperties() {
                return properties;
            }

            @Override
            public PropertyValue getProperty(String name) {
                return new MockPropertyValue(properties.get(name));
            }
        };
    }
}
