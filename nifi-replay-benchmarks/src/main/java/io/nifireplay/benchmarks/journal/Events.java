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
package io.nifireplay.benchmarks.journal;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.ProvenanceLink;
import io.nifireplay.journal.admission.Arrival;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Events as a flow has them: a key and the attributes of a FlowFile, and a content of which one half is random bytes and
 * the other words. The same numbers give the same events.
 */
final class Events {
    private static final String[] WORDS = {
        "temperature ",
        "device ",
        "\"unit\":",
        "celsius ",
        "order ",
        "12.5 ",
        "customer ",
        "{\"id\":",
        "amount ",
        "2026-11-"
    };
    private static final int DISTINCT_CONTENTS = 10_000;
    private static final List<String> EFFECT = List.of("default");
    private static final ProvenanceLink ORIGIN = new ProvenanceLink(
            "0b4d8e4a-6c32-4a4e-9f0e-0d5f3f6f1c11",
            "3f5d1c9e-0192-1000-8a3e-7c1d2e3f4a5b",
            "3f5d1c9e-0192-1000-5b4a-1d2e3f4a5b6c",
            1_790_000_000_000L);

    private final byte[][] contents = new byte[DISTINCT_CONTENTS][];

    Events(int contentBytes) {
        RandomGenerator random = generator(contentBytes);
        for (int i = 0; i < contents.length; i++) {
            contents[i] = content(random, contentBytes);
        }
    }

    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("SplittableRandom").create(seed);
    }

    private static byte[] content(RandomGenerator random, int bytes) {
        byte[] content = new byte[bytes];
        byte[] noise = new byte[bytes / 2];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, content, 0, noise.length);
        int at = noise.length;
        while (at < bytes) {
            byte[] word = WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.US_ASCII);
            int length = Math.min(word.length, bytes - at);
            System.arraycopy(word, 0, content, at, length);
            at += length;
        }
        return content;
    }

    /** A batch of arrivals, sent anew; events are numbered, and their keys are as random as UUIDs are. */
    List<Arrival> batch(long first, int count) {
        List<Arrival> arrivals = new ArrayList<>(count);
        for (long number = first; number < first + count; number++) {
            String key = key(number);
            Envelope envelope = new Envelope(
                    key,
                    "default",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    attributes(key),
                    ORIGIN);
            arrivals.add(new Arrival.Fresh(uuid(~number), envelope, Content.of(contentOf(number)), EFFECT));
        }
        return arrivals;
    }

    /** The bytes of an event: its key, attributes and content, without anything that a journal adds. */
    byte[] bytes(long number) {
        String key = key(number);
        byte[] content = contentOf(number);
        ByteBuffer bytes = ByteBuffer.allocate(512 + content.length);
        attributes(key).forEach((name, value) -> {
            put(bytes, name);
            put(bytes, value);
        });
        put(bytes, key);
        bytes.put(content);
        byte[] all = new byte[bytes.position()];
        bytes.flip().get(all);
        return all;
    }

    private static void put(ByteBuffer bytes, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        bytes.put((byte) ascii.length).put(ascii);
    }

    private byte[] contentOf(long number) {
        return contents[(int) (number % contents.length)];
    }

    private static Map<String, String> attributes(String key) {
        return Map.of("filename", key, "path", "./", "mime.type", "application/json");
    }

    static String key(long number) {
        return uuid(number);
    }

    private static String uuid(long number) {
        return new UUID(mix(number), mix(number + 0x9E3779B97F4A7C15L)).toString();
    }

    /** Spreads numbers over all of 64 bits, one to one: the finalizer of SplitMix64. */
    private static long mix(long number) {
        long z = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
