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
package io.nifireplay.systemtest.governance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.cli.ExitStatus;
import io.nifireplay.cli.ReplayCommand;
import io.nifireplay.systemtest.instance.Certificates;
import io.nifireplay.systemtest.instance.NiFiInstance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The command bin/replay, as one person runs it who has a certificate. */
final class BinReplay {
    static final int DONE = 0;
    static final int NOT_POSSIBLE = 1;
    static final int NOT_PERMITTED = 3;
    static final int NOT_FOUND = 4;
    static final int WRONG_CALL = 64;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path config;
    private final boolean asScript;

    private BinReplay(Path config, boolean asScript) {
        this.config = config;
        this.asScript = asScript;
    }

    /** @param identity as it stands in the certificate, such as {@code CN=operator} */
    static BinReplay as(NiFiInstance nifi, String identity) {
        Certificates certificates = nifi.certificates();
        Path password = ownerOnly(nifi.home().resolve("certificates.password"), Certificates.PASSWORD);
        Properties properties = new Properties();
        properties.setProperty("nifi", nifi.canvas().toString());
        properties.setProperty("key-store", certificates.keyStore(identity).toString());
        properties.setProperty("password-file", password.toString());
        properties.setProperty("trust-store", certificates.trustStore().toString());
        properties.setProperty("trust-password-file", password.toString());
        Path config = nifi.home().resolve(identity.replaceAll("[^A-Za-z0-9]+", "-") + ".properties");
        try (OutputStream out = Files.newOutputStream(config)) {
            properties.store(out, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BinReplay(config, false);
    }

    /** The same, by the script itself; else what the script runs is run here, which saves a JVM for each call. */
    BinReplay byScript() {
        return new BinReplay(config, true);
    }

    /** How a call ended. */
    record Ended(int status, String out, String err) {}

    /** Runs the command. */
    Ended run(String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        line.addAll(List.of("--config", config.toString()));
        return asScript ? script(line) : here(line);
    }

    private static Ended here(List<String> line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExitStatus status = new ReplayCommand(
                        InputStream.nullInputStream(), new PrintStream(out, true), new PrintStream(err, true))
                .run(line.toArray(String[]::new));
        return new Ended(status.code(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Ended script(List<String> line) {
        List<String> command =
                new ArrayList<>(List.of(Path.of("..", "bin", "replay").toString()));
        command.addAll(line);
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Path err = Files.createTempFile(config.getParent(), "replay", ".err");
            Process process = builder.redirectError(err.toFile()).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), out, Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException("bin/replay cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while bin/replay ran", e);
        }
    }

    private static Path ownerOnly(Path file, String text) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the command, which is to do what it is asked; what NiFi answers. */
    JsonNode done(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--json");
        Ended ended = run(all.toArray(String[]::new));
        assertThat(ended.status())
                .as(() -> String.join(" ", words) + ": " + ended.err())
                .isZero();
        try {
            return JSON.readTree(ended.out());
        } catch (JsonProcessingException e) {
            throw new AssertionError("bin/replay --json printed no JSON: " + ended.out(), e);
        }
    }

    /** Runs the command, which is not to do it; why not. */
    String refused(int status, String... words) {
        Ended ended = run(words);
        assertThat(ended.status())
                .as(() -> String.join(" ", words) + ": " + ended)
                .isEqualTo(status);
        assertThat(ended.out()).isEmpty();
        return ended.err();
    }

    JsonNode job(String id) {
        return done("status", id);
    }

    String state(String id) {
        return job(id).path("state").asText();
    }

    long version(String id) {
        return job(id).path("version").asLong();
    }
}
