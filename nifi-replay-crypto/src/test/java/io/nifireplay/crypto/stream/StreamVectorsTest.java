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
package io.nifireplay.crypto.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.FixedRandom;
import io.nifireplay.crypto.testing.Vectors;
import io.nifireplay.crypto.testing.Vectors.Vector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamVectorsTest {
    static Stream<Vector> vectors() throws IOException {
        return Vectors.of("sealed-streams.json", "streams");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void sealsAndOpensTheVector(Vector vector) throws Exception {
        byte[] content = vector.content();
        StreamContext context = StreamContext.of(vector.bytes("context"));

        byte[] sealed = seal(vector, content, context);

        if (vector.fields().has("sealed")) {
            assertThat(HexFormat.of().formatHex(sealed)).isEqualTo(vector.text("sealed"));
        } else {
            assertThat(sealed).hasSize(vector.number("sealedLength"));
            assertThat(sha256(sealed)).isEqualTo(vector.text("sealedSha256"));
        }
        if (content.length > 0) {
            StreamKeys keys = new StreamKeys(vector.keyring(), vector.text("purpose"));
            try (SealedInputStream in = SealedInputStream.open(new ArraySource(sealed), keys, context, 0)) {
                assertThat(in.readAllBytes()).isEqualTo(content);
            }
        }
    }

    private static byte[] seal(Vector vector, byte[] content, StreamContext context) throws IOException {
        StreamEpoch epoch =
                StreamEpoch.begin(vector.keyring(), vector.text("purpose"), new FixedRandom(vector.bytes("salt")));
        for (int i = 0; i < vector.number("ordinal"); i++) {
            try (SealedOutputStream earlier = epoch.open(OutputStream.nullOutputStream(), context)) {
                earlier.write(i);
            }
        }
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (SealedOutputStream out = epoch.open(sink, context)) {
            int from = 0;
            for (JsonNode end : vector.fields().path("segmentsEndedAt")) {
                out.write(content, from, end.asInt() - from);
                out.endSegment();
                from = end.asInt();
            }
            out.write(content, from, content.length - from);
        }
        return sink.toByteArray();
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
