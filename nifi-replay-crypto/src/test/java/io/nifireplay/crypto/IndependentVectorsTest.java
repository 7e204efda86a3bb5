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
package io.nifireplay.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.crypto.testing.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vectors are right by the word of a program that shares no code with this one: Python with its package cryptography. */
class IndependentVectorsTest {
    private static final Path STREAMS = Vectors.path("sealed-streams.json");
    private static final Path RECORDS = Vectors.path("sealed-records.json");

    @TempDir
    private Path folder;

    private record Run(int status, String output) {}

    @BeforeEach
    void pythonIsAtHand() throws Exception {
        Run run;
        try {
            run = python("-c", "import cryptography");
        } catch (IOException e) {
            run = new Run(127, e.toString());
        }
        assumeThat(run.status())
                .as("python3 with its package cryptography: %s", run.output())
                .isZero();
    }

    @Test
    void anotherLibrarySealsTheSameBytes() throws Exception {
        Run run = verify(STREAMS, RECORDS);
        assertThat(run.output()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void theOtherProgramFindsEachWrongVector() throws Exception {
        List<String> changed = new ArrayList<>();
        Path streams = change(STREAMS, "streams", changed, "sealed", "sealedSha256");
        Path records = change(RECORDS, "records", changed, "sealed");
        Run run = verify(streams, records);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output().lines())
                .containsExactlyElementsOf(
                        changed.stream().map(name -> "wrong: " + name).toList());

        changed.clear();
        Run headers = verify(change(RECORDS, "records", changed, "epochHeader"));
        assertThat(headers.output().lines()).hasSameSizeAs(changed);
    }

    /** A copy in which a digit of each vector is another one; its name is noted. */
    private Path change(Path file, String list, List<String> changed, String... fields) throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode vectors = json.readTree(file.toFile());
        for (JsonNode vector : vectors.get(list)) {
            for (String field : fields) {
                String digits = vector.path(field).asText();
                if (!digits.isEmpty()) {
                    int at = digits.length() / 2;
                    char other = digits.charAt(at) == '0' ? '1' : '0';
                    ((ObjectNode) vector).put(field, digits.substring(0, at) + other + digits.substring(at + 1));
                    changed.add(vector.get("name").asText());
                }
            }
        }
        Path copy = folder.resolve(file.getFileName());
        json.writeValue(copy.toFile(), vectors);
        return copy;
    }

    private Run verify(Path... files) throws Exception {
        List<String> words = new ArrayList<>();
        words.add(Vectors.path("verify_vectors.py").toString());
        for (Path file : files) {
            words.add(file.toString());
        }
        return python(words.toArray(String[]::new));
    }

    private Run python(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("python3", "-B"));
        words.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.start();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("python3 has not ended within a minute");
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
