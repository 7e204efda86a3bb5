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
package io.nifireplay.systemtest.client;

import java.util.Map;

/** A FlowFile as it lies in a queue. The size is in bytes. */
public record FlowFile(String uuid, long size, boolean penalized, Map<String, String> attributes) {
    /**
     * One attribute.
     *
     * @throws IllegalArgumentException if the FlowFile does not have it
     */
    public String attribute(String name) {
        String value = attributes.get(name);
        if (value == null) {
            throw new IllegalArgumentException("FlowFile " + uuid + " has no " + name + ": " + attributes);
        }
        return value;
    }
}
