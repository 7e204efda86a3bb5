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
package io.nifireplay.journal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of an event apart from its content; the vocabulary is that of CloudEvents 1.0.
 *
 * @param key the idempotency key, unique in a journal, 1 to {@link #MAX_KEY_BYTES} bytes as UTF-8
 * @param partition the partition that the event belongs to, 1 to {@link #MAX_NAME_BYTES} bytes as UTF-8
 * @param id the producer's id of the event, or empty
 * @param source the producer's name for where the event comes from, or empty
 * @param type the kind of event, or empty
 * @param time when it happened, as the producer says
 * @param sequence the producer's number within the partition, 0 or more
 * @param attributes all FlowFile attributes at admission, without the core {@code uuid} and unverified {@code replay.*}
 * @param origin where in NiFi it was admitted
 */
public record Envelope(
        String key,
        String partition,
        Optional<String> id,
        Optional<String> source,
        Optional<String> type,
        Optional<Instant> time,
        OptionalLong sequence,
        Map<String, String> attributes,
        ProvenanceLink origin) {
    public static final int MAX_KEY_BYTES = 1024;
    public static final int MAX_NAME_BYTES = 255;

    /** @throws IllegalArgumentException with a message for people, when the key or the partition is out of bounds */
    public Envelope {
        requireText("idempotency key", key, MAX_KEY_BYTES);
        requireText("partition", partition, MAX_NAME_BYTES);
        if (sequence.isPresent() && sequence.getAsLong() < 0) {
            throw new IllegalArgumentException("The sequence is " + sequence.getAsLong() + ", but starts at 0");
        }
        attributes = Map.copyOf(attributes);
    }

    /** An envelope that holds nothing but a key and a partition. */
    public static Envelope of(String key, String partition) {
        return new Envelope(
                key,
                partition,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Map.of(),
                ProvenanceLink.NONE);
    }

    private static void requireText(String what, String text, int maxBytes) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("The " + what + " is empty");
        }
        // A char is 1 to 3 bytes of UTF-8: only the range between needs counting.
        if (text.length() > maxBytes
                || (text.length() * 3 > maxBytes && text.getBytes(StandardCharsets.UTF_8).length > maxBytes)) {
            throw new IllegalArgumentException("The " + what + " is longer than " + maxBytes + " bytes");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException("The " + what + " has a control character at index " + i);
            }
        }
    }
}
