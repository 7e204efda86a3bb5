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
package io.nifireplay.audit.entry;

import java.util.Optional;

/** Who did something. */
public sealed interface Actor {
    /**
     * A person or machine that NiFi authenticated.
     *
     * @param identity as NiFi names it
     */
    record User(PersonalId identity) implements Actor {}

    /**
     * A component of the flow, by itself.
     *
     * @param id of the component
     * @param type its class without the package
     * @param group id of its process group, empty for one that is in none
     */
    record Component(String id, String type, Optional<String> group) implements Actor {}

    /**
     * Whom a request names, which nobody has verified.
     *
     * @param name as the request has it
     */
    record Claimed(PersonalId name) implements Actor {}

    /** Nobody that could be named: NiFi did not say who. */
    record Unknown() implements Actor {}
}
