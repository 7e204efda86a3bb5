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

import java.util.Map;
import org.apache.nifi.authorization.AuthorizationRequest;
import org.apache.nifi.authorization.RequestAction;
import org.apache.nifi.authorization.Resource;

/** What NiFi asks. */
final class Requests {
    static final String DATA = "/data/processors/p";
    static final Map<String, String> ATTRIBUTES = Map.of("uuid", "the FlowFile", "filename", "f");

    private Requests() {}

    static AuthorizationRequest.Builder of(RequestAction action, String resource) {
        return new AuthorizationRequest.Builder()
                .identity("CN=auditor")
                .anonymous(false)
                .accessAttempt(true)
                .action(action)
                .resource(resource(resource));
    }

    static Resource resource(String identifier) {
        return new Resource() {
            @Override
            public String getIdentifier() {
                return identifier;
            }

            @Override
            public String getName() {
                return identifier;
            }

            @Override
            public String getSafeDescription() {
                return identifier;
            }
        };
    }
}
