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
package io.nifireplay.systemtest.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of an audit trail, as anybody reads them who has a copy of its files: a checkpoint tells their number, and
 * bundles of 256 hold them (C2SP tlog-checkpoint, tlog-tiles). Nothing is verified here.
 *
 * @param directory of the trail
 */
public record PublishedTrail(Path directory) {
    private static final int BUNDLE = 256;
    private static final int DIGITS = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** All entries under the last checkpoint, in their order; none before the first one. */
    public List<JsonNode> entries() {
        try {
            Path checkpoint = directory.resolve("log").resolve("checkpoint");
            if (!Files.exists(checkpoint)) {
                return List.of();
            }
            long size = Long.parseLong(Files.readAllLines(checkpoint).get(1));
            List<JsonNode> entries = new ArrayList<>();
            for (long first = 0; first < size; first += BUNDLE) {
                read(first / BUNDLE, (int) Math.min(BUNDLE, size - first), entries);
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException("The trail " + directory + " cannot be read", e);
        }
    }

    /** The entries of one action, such as {@code event lost}. */
    public List<JsonNode> entries(String action) {
        return entries().stream()
                .filter(entry -> entry.path("action").asText().equals(action))
                .toList();
    }

    private void read(long bundle, int width, List<JsonNode> entries) throws IOException {
        Path whole = directory.resolve("log").resolve("tile").resolve("entries").resolve(path(bundle));
        Path file = width == BUNDLE || Files.isRegularFile(whole)
                ? whole
                : whole.resolveSibling(whole.getFileName() + ".p").resolve(String.valueOf(width));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        for (int i = 0; i < width; i++) {
            byte[] entry = new byte[Short.toUnsignedInt(bytes.getShort())];
            bytes.get(entry);
            entries.add(JSON.readTree(entry));
        }
    }

    private static String path(long bundle) {
        String path = "%03d".formatted(bundle % DIGITS);
        for (long rest = bundle / DIGITS; rest > 0; rest /= DIGITS) {
            path = "x%03d/%s".formatted(rest % DIGITS, path);
        }
        return path;
    }
}
