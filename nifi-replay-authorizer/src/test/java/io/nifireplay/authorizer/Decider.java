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

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.nifi.authorization.AccessPolicyProvider;
import org.apache.nifi.authorization.AuthorizationRequest;
import org.apache.nifi.authorization.AuthorizationResult;
import org.apache.nifi.authorization.Authorizer;
import org.apache.nifi.authorization.ConfigurableAccessPolicyProvider;
import org.apache.nifi.authorization.ConfigurableUserGroupProvider;
import org.apache.nifi.authorization.UserGroupProvider;

/** An authorizer that lets nobody write, and remembers what it was told. */
final class Decider {
    final List<String> calls = new ArrayList<>();

    /** With these interfaces besides that of an authorizer. */
    Authorizer as(Class<?>... interfaces) {
        Class<?>[] all = Stream.concat(Stream.of(Authorizer.class), Arrays.stream(interfaces))
                .toArray(Class<?>[]::new);
        return (Authorizer) Proxy.newProxyInstance(
                Decider.class.getClassLoader(), all, (proxy, method, arguments) -> switch (method.getName()) {
                    case "authorize" -> decide((AuthorizationRequest) arguments[0]);
                    case "getAccessPolicyProvider" -> policies();
                    case "getFingerprint" -> "the fingerprint";
                    default -> {
                        calls.add(method.getName() + (arguments == null ? "" : " " + arguments[0]));
                        yield null;
                    }
                });
    }

    private static AuthorizationResult decide(AuthorizationRequest request) {
        return switch (request.getAction()) {
            case READ -> AuthorizationResult.approved();
            case WRITE -> AuthorizationResult.denied("nobody writes");
        };
    }

    /** Policies and users that NiFi may edit, of which there are none. */
    static AccessPolicyProvider policies() {
        return empty(ConfigurableAccessPolicyProvider.class, empty(ConfigurableUserGroupProvider.class, null));
    }

    private static <T> T empty(Class<T> type, UserGroupProvider users) {
        return type.cast(Proxy.newProxyInstance(
                Decider.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> switch (method.getReturnType().getSimpleName()) {
                    case "Set" -> Set.of();
                    case "UserGroupProvider" -> users;
                    case "String" -> "fingerprint of " + type.getSimpleName();
                    default -> null;
                }));
    }
}
