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
package io.nifireplay.crypto.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.crypto.keyring.Keyring;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.spec.SecretKeySpec;

/** The test vectors, which are data files: an independent program made them and seals them again. */
public final class Vectors {
    private Vectors() {}

    /** A vector, which shows as its name. */
    public record Vector(JsonNode fields) {
        public String text(String field) {
            return fields.get(field).asText();
        }

        public byte[] bytes(String field) {
            return HexFormat.of().parseHex(text(field));
        }

        public int number(String field) {
            return (int) fields.get(field).asLong();
        }

        public Keyring keyring() {
            return Keyring.of(text("keyId"), Map.of(text("keyId"), new SecretKeySpec(bytes("key"), "AES")));
        }

        public byte[] content() {
            if (!fields.has("patternLength")) {
                return bytes("content");
            }
            byte[] content = new byte[number("patternLength")];
            for (int i = 0; i < content.length; i++) {
                content[i] = (byte) (i * 31 + i / 256);
            }
            return content;
        }

        @Override
        public String toString() {
            return text("name");
        }
    }

    public static Stream<Vector> of(String file, String list) throws IOException {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
            return StreamSupport.stream(
                            new ObjectMapper().readTree(in).get(list).spliterator(), false)
                    .map(Vector::new);
        }
    }

    public static Path path(String file) {
        try {
            return Path.of(Vectors.class.getResource("/vectors/" + file).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
