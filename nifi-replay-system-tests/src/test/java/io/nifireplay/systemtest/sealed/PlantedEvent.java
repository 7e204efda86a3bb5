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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * An event with a marker in its content, in an attribute and in its key. Everything about it follows from its number, so
 * that what comes back can be compared byte for byte.
 */
record PlantedEvent(int number, Markers markers) {
    private static final int SMALLEST = 200;
    private static final int USUAL_SIZES = 1_800;
    /** One in so many is large: more than a segment of a sealed stream, and more than a row of the journal takes. */
    private static final int LARGE_ONES = 1_000;

    private static final int LARGE = 300_000;

    String key() {
        return markers.key() + "-" + number;
    }

    String note() {
        return markers.attribute() + "-" + number;
    }

    /** Bytes of any value with the marker somewhere among them. */
    byte[] content() {
        Random random = new Random(number);
        int size = number % LARGE_ONES == 0 ? LARGE : SMALLEST + random.nextInt(USUAL_SIZES);
        byte[] content = new byte[size];
        random.nextBytes(content);
        byte[] marker = (markers.content() + "-" + number).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(marker, 0, content, random.nextInt(size - marker.length), marker.length);
        return content;
    }

    /** SHA-256 of the content, as NiFi writes it. */
    String contentHash() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK offers no SHA-256", e);
        }
    }
}
