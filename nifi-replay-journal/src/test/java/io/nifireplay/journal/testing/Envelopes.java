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
package io.nifireplay.journal.testing;

import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.ProvenanceLink;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Envelopes with the one thing that a test is about. */
public final class Envelopes {
    private Envelopes() {}

    public static Envelope withSequence(String key, String partition, long sequence) {
        return make(key, partition, Optional.empty(), OptionalLong.of(sequence), Map.of());
    }

    public static Envelope withTime(String key, String partition, Instant time) {
        return make(key, partition, Optional.of(time), OptionalLong.empty(), Map.of());
    }

    public static Envelope withAttributes(String key, String partition, Map<String, String> attributes) {
        return make(key, partition, Optional.empty(), OptionalLong.empty(), attributes);
    }

    /** An envelope in which nothing is left out. */
    public static Envelope complete(
            String key, String partition, Instant time, long sequence, Map<String, String> attributes) {
        return new Envelope(
                key,
                partition,
                Optional.of("id of " + key),
                Optional.of("/source/ü"),
                Optional.of("io.nifireplay.test"),
                Optional.of(time),
                OptionalLong.of(sequence),
                attributes,
                new ProvenanceLink("flowfile of " + key, "component", "group", 1_700_000_000_123L));
    }

    private static Envelope make(
            String key,
            String partition,
            Optional<Instant> time,
            OptionalLong sequence,
            Map<String, String> attributes) {
        return new Envelope(
                key,
                partition,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                time,
                sequence,
                attributes,
                ProvenanceLink.NONE);
    }
}
