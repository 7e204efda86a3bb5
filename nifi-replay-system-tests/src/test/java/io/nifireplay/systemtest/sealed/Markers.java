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
package io.nifireplay.systemtest.sealed;

import java.util.UUID;

/**
 * Texts that are nowhere else in the world, each planted in another part of every event. They are in no property of the
 * flow: NiFi learns of them from the events alone.
 *
 * @param content in the content of every event
 * @param attribute in an attribute of every event
 * @param key in the idempotency key of every event
 */
record Markers(String content, String attribute, String key) {
    static Markers random() {
        return new Markers(
                "content-marker-" + UUID.randomUUID(),
                "attribute-marker-" + UUID.randomUUID(),
                "key-marker-" + UUID.randomUUID());
    }
}
