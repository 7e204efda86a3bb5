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
package io.nifireplay.processors.envelope;

import io.nifireplay.services.settings.Choice;

/** Where the idempotency key comes from. */
public enum KeyStrategy implements Choice {
    CLOUD_EVENT(
            "CloudEvents source and id",
            "The event's source and id together, which CloudEvents declares unique. The key is the source, a space and the"
                    + " id."),
    HEADER(
            "Idempotency-Key header",
            "The HTTP header Idempotency-Key, which the sender repeats with each repetition of a request"
                    + " (draft-ietf-httpapi-idempotency-key-header)."),
    EXPRESSION("Expression Language", "What the property Idempotency Key yields for each FlowFile."),
    CONTENT(
            "Content SHA-256",
            "The SHA-256 of the content, as 'sha256:' and 64 hexadecimal digits. Two events with the same content are one"
                    + " event: for messages that have no identity of their own.");

    private final Words words;

    KeyStrategy(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
