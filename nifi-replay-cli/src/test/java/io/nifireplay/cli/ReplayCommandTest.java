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
package io.nifireplay.cli;

import static io.nifireplay.cli.FakeNiFi.API;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayCommandTest {
    private static final String PASSWORD = "a-password";
    private static final String JOB = "{\"job\":\"fix\",\"version\":2,\"state\":\"awaiting approval\","
            + "\"stateReason\":\"planned\",\"request\":{\"mode\":\"forced\",\"requester\":\"CN=operator\","
            + "\"reason\":\"wrong\\u001b[2J price\",\"select\":{\"states\":[\"completed\"]}},"
            + "\"plan\":{\"selected\":12,\"emitted\":10,\"inFlight\":2,\"byState\":{\"completed\":10,\"failed\":0},"
            + "\"items\":\"abc\",\"policy\":\"def\"},\"progress\":{\"total\":0},\"editors\":[\"CN=operator\",\"CN=other\"],"
            + "\"approvalNeeded\":true}";

    private static final String LOST =
            "{\"job\":\"lost\",\"version\":2,\"state\":\"planning\",\"stateReason\":\"CN=a: Asked\","
                    + "\"request\":{\"over\":\"provenance\",\"mode\":\"missed only\",\"requester\":\"CN=a\","
                    + "\"reason\":\"r\",\"select\":{\"flowFiles\":[\"f1\"]}},"
                    + "\"provenance\":{\"selection\":\"processors j1; FlowFiles f1\"},\"progress\":{\"total\":0},"
                    + "\"editors\":[\"CN=a\"],\"approvalNeeded\":false";

    private final FakeNiFi nifi = new FakeNiFi().withCoordinators("c1");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        nifi.close();
    }

    @Test
    void showsAJobToPeople() {
        nifi.answers("GET " + API + "c1/jobs/fix", 200, JOB);
        assertThat(run("status", "fix")).isEqualTo(ExitStatus.DONE);
        assertThat(out())
                .contains("fix   version 2", "awaiting approval: planned", "forced", "CN=operator: wrong")
                .contains("10 of 12 events", "by state: 10 completed", "left out: 2 in flight", "set abc", "policy def")
                .contains("Edited by       CN=other", "needed, by somebody", "Next: replay approve fix --version 2")
                .doesNotContain("\u001b");
    }

    @Test
    void showsAProgramWhatNiFiAnswered() {
        nifi.answers("GET " + API + "c1/jobs/fix", 200, JOB);
        run("status", "fix", "--json");
        assertThat(out()).startsWith("{").contains("\"version\" : 2").doesNotContain("Next:");
    }

    @Test
    void listsJobs() {
        nifi.answers("GET " + API + "c1/jobs", 200, "{\"jobs\":[" + JOB + "]}");
        assertThat(run("list")).isEqualTo(ExitStatus.DONE);
        assertThat(out()).containsPattern("JOB +VERSION +STATE").containsPattern("fix +2 +awaiting approval +forced");
    }

    @Test
    void asksWithWhatABrowserWouldNotLetAForeignPageSend() {
        nifi.answers("POST " + API + "c1/jobs", 201, JOB);
        assertThat(run(
                        "request",
                        "--job",
                        "fix",
                        "--mode",
                        "forced",
                        "--state",
                        "completed",
                        "--partition",
                        "a",
                        "--partition",
                        "b",
                        "--attribute",
                        "x=1=2",
                        "--from",
                        "2026-01-01T00:00:00Z",
                        "--rate",
                        "50.5",
                        "--strict-order",
                        "--reason",
                        "wrong price"))
                .isEqualTo(ExitStatus.DONE);
        FakeNiFi.Asked asked = nifi.asked().getLast();
        assertThat(asked.body())
                .isEqualTo("{\"action\":\"replay\",\"job\":\"fix\",\"mode\":\"forced\",\"select\":{"
                        + "\"partitions\":[\"a\",\"b\"],\"states\":[\"completed\"],\"attributes\":{\"x\":\"1=2\"},"
                        + "\"admitted\":{\"from\":\"2026-01-01T00:00:00Z\"}},"
                        + "\"limits\":{\"ratePerSecond\":50.5,\"strictOrder\":true},\"reason\":\"wrong price\"}");
        assertThat(asked.headers())
                .containsEntry("Origin", nifi.address())
                .containsEntry("Content-type", "application/json")
                .containsKey("Nifi-replay");
    }

    @Test
    void asksForAReplayOverProvenance() {
        nifi.answers("POST " + API + "c1/jobs", 201, JOB);
        assertThat(run(
                        "request",
                        "--job",
                        "lost",
                        "--over",
                        "provenance",
                        "--processor",
                        "j1",
                        "--processor",
                        "j2",
                        "--event-type",
                        "ROUTE",
                        "--flow-file",
                        "f1",
                        "--attribute",
                        "country=NL",
                        "--from",
                        "2026-01-01T00:00:00Z",
                        "--to",
                        "2026-01-02T00:00:00Z",
                        "--lineage-of",
                        "7",
                        "--reason",
                        "the network was down"))
                .isEqualTo(ExitStatus.DONE);
        assertThat(nifi.asked().getLast().body())
                .isEqualTo("{\"action\":\"replay\",\"job\":\"lost\",\"over\":\"provenance\",\"select\":{"
                        + "\"processors\":[\"j1\",\"j2\"],"
                        + "\"time\":{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"},"
                        + "\"eventTypes\":[\"ROUTE\"],\"attributes\":{\"country\":\"NL\"},\"flowFiles\":[\"f1\"],"
                        + "\"lineageOf\":7},\"reason\":\"the network was down\"}");
        assertThat(run("request", "--job", "lost", "--over", "provenance", "--all", "--reason", "all"))
                .isEqualTo(ExitStatus.DONE);
        assertThat(nifi.asked().getLast().body()).contains("\"over\":\"provenance\",\"select\":{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--over provenance",
                "--over provenance --all --flow-file f1",
                "--over provenance --state failed",
                "--over provenance --since before",
                "--over provenance --lineage-of seven",
                "--processor j1",
                "--over journal --event-type ROUTE"
            })
    void asksForNothingThatSelectsFromTheOther(String what) {
        List<String> line = new ArrayList<>(List.of("request", "--job", "lost", "--reason", "why"));
        line.addAll(List.of(what.split(" ")));
        assertThat(run(line.toArray(String[]::new))).isEqualTo(ExitStatus.WRONG_CALL);
        assertThat(nifi.calls()).isEmpty();
    }

    @Test
    void showsAJobOverProvenanceToPeople() {
        nifi.answers("GET " + API + "c1/jobs/lost", 200, LOST + "}");
        nifi.answers("POST " + API + "c1/jobs/lost/plan", 202, LOST + "}");
        assertThat(run("plan", "lost")).isEqualTo(ExitStatus.DONE);
        assertThat(out())
                .contains("planning: CN=a: Asked", "from provenance: processors j1; FlowFiles f1")
                .contains("Next: replay status lost, until it is planned");
    }

    @Test
    void showsWhatWasFoundInProvenanceToPeople() {
        String plan = ",\"plan\":{\"selected\":3,\"emitted\":2,\"items\":\"abc\",\"policy\":\"def\",\"provenance\":"
                + "{\"events\":6,\"flowFiles\":3,\"withoutQueue\":1,\"elsewhere\":0,\"conflicts\":2,"
                + "\"notReplayable\":{\"content expired\":1}}}}";
        nifi.answers("GET " + API + "c1/jobs/lost", 200, LOST + plan);
        assertThat(run("status", "lost")).isEqualTo(ExitStatus.DONE);
        assertThat(out())
                .contains("in provenance: 6 events of 3 FlowFiles", "NiFi will not replay: 1 content expired")
                .contains("not to be replayed: 1 without queue, 2 conflicts");
    }

    @Test
    void readsARequestFromAFile() throws IOException {
        nifi.answers("POST " + API + "c1/jobs", 201, JOB);
        Path file = Files.writeString(directory.resolve("request.json"), "{\"action\":\"replay\"}");
        assertThat(run("request", "--file", file.toString())).isEqualTo(ExitStatus.DONE);
        assertThat(nifi.asked().getLast().body()).isEqualTo("{\"action\":\"replay\"}");
        assertThat(runWith("{\"action\":\"other\"}", "request", "--file", "-")).isEqualTo(ExitStatus.DONE);
        assertThat(nifi.asked().getLast().body()).isEqualTo("{\"action\":\"other\"}");
    }

    @Test
    void approvesTheVersionThatWasLookedAtAndNoOther() {
        nifi.answers("POST " + API + "c1/jobs/fix/approve", 412, problem("changed meanwhile"));
        assertThat(run("approve", "fix", "--reason", "checked")).isEqualTo(ExitStatus.WRONG_CALL);
        assertThat(nifi.calls()).isEmpty();

        assertThat(run("approve", "fix", "--version", "2", "--reason", "checked"))
                .isEqualTo(ExitStatus.NOT_POSSIBLE);
        assertThat(err()).contains("changed meanwhile");
        assertThat(nifi.asked().getLast().headers()).containsEntry("If-match", "\"2\"");
        assertThat(nifi.calls()).as("it is not tried again").hasSize(2);
    }

    @Test
    void stopsAJobThatChangesMeanwhile() {
        nifi.answers("GET " + API + "c1/jobs/fix", 200, "{\"version\":4}")
                .answers("GET " + API + "c1/jobs/fix", 200, "{\"version\":5}")
                .answers("POST " + API + "c1/jobs/fix/abort", 412, problem("changed meanwhile"))
                .answers("POST " + API + "c1/jobs/fix/abort", 200, JOB);
        assertThat(run("abort", "fix", "--reason", "wrong")).isEqualTo(ExitStatus.DONE);
        assertThat(nifi.asked().getLast().headers()).containsEntry("If-match", "\"5\"");
        assertThat(nifi.asked().getLast().body()).isEqualTo("{\"reason\":\"wrong\"}");
    }

    @Test
    void doesNotGoOnTryingWhatIsNotPossible() {
        nifi.answers("GET " + API + "c1/jobs/fix", 200, "{\"version\":4}")
                .answers("POST " + API + "c1/jobs/fix/resume", 409, problem("it is finished"));
        assertThat(run("resume", "fix", "--reason", "on")).isEqualTo(ExitStatus.NOT_POSSIBLE);
        assertThat(nifi.calls().stream().filter(call -> call.startsWith("POST")))
                .hasSize(1);
    }

    @Test
    void showsWhoGovernsAndWhatWaits() {
        String pin = "{\"coordinator\":\"c1\",\"policyService\":\"p1\",\"since\":\"now\",\"digest\":\"DIGEST\","
                + "\"policy\":{\"enabled\":true}}";
        nifi.answers(
                "GET " + API + "c1",
                200,
                "{\"coordinator\":\"c1\",\"caller\":{\"identity\":\"CN=a\",\"mayApprove\":true},\"pinned\":" + pin
                        + ",\"waiting\":" + pin + "}");
        assertThat(run("policy")).isEqualTo(ExitStatus.DONE);
        assertThat(out())
                .contains("CN=a, may approve", "In force", "Waiting", "enabled: true", "policy approve DIGEST")
                .doesNotContain("may operate");

        nifi.answers("POST " + API + "c1/policy/approve", 200, "{}");
        assertThat(run("policy", "approve", "DIGEST", "--reason", "seen")).isEqualTo(ExitStatus.DONE);
        assertThat(nifi.asked().getLast().body()).isEqualTo("{\"digest\":\"DIGEST\",\"reason\":\"seen\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "400, WRONG_CALL",
        "401, NOT_PERMITTED",
        "403, NOT_PERMITTED",
        "404, NOT_FOUND",
        "409, NOT_POSSIBLE",
        "412, NOT_POSSIBLE",
        "500, NO_ANSWER",
        "503, NO_ANSWER"
    })
    void endsWithAStatusThatSaysWhatIsTheMatter(int http, ExitStatus status) {
        nifi.answers("GET " + API + "c1/jobs", http, problem("the reason"));
        assertThat(run("list")).isEqualTo(status);
        assertThat(err()).contains("the reason");
        assertThat(out()).isEmpty();
    }

    @Test
    void saysWhatNiFiItselfSaysWhenThatIsNoJson() {
        FakeNiFi refusing = new FakeNiFi().answers(FakeNiFi.SERVICES, 401, "Unauthorized");
        try (refusing) {
            assertThat(runAt(refusing.address(), "list")).isEqualTo(ExitStatus.NOT_PERMITTED);
            assertThat(err()).contains("401", "Unauthorized", "--key-store");
        }
    }

    @Test
    void asksWhichCoordinatorWhenThereAreSeveral() {
        FakeNiFi two =
                new FakeNiFi().withCoordinators("c1", "c2").answers("GET " + API + "c2/jobs", 200, "{\"jobs\":[]}");
        try (two) {
            assertThat(runAt(two.address(), "list")).isEqualTo(ExitStatus.WRONG_CALL);
            assertThat(err()).contains("c-c1 (c1)", "c-c2 (c2)");
            assertThat(runAt(two.address(), "list", "--coordinator", "c-c2")).isEqualTo(ExitStatus.DONE);
            assertThat(runAt(two.address(), "list", "--coordinator", "c2")).isEqualTo(ExitStatus.DONE);
            assertThat(runAt(two.address(), "list", "--coordinator", "c3")).isEqualTo(ExitStatus.NOT_FOUND);
        }
    }

    @Test
    void saysThatNobodyAnswers() {
        String address = nifi.address();
        nifi.close();
        assertThat(runAt(address, "list")).isEqualTo(ExitStatus.NO_ANSWER);
        assertThat(err()).contains("No answer from " + address);
    }

    @Test
    void takesTheConnectionFromAFileAndTheCommandLineBefore() throws IOException {
        nifi.answers("GET " + API + "c1/jobs", 200, "{\"jobs\":[]}");
        Path config = Files.writeString(
                directory.resolve("operator.properties"), "nifi = " + nifi.address() + "\ncoordinator = nobody\n");
        assertThat(command("list", "--config", config.toString(), "--coordinator", "c1"))
                .isEqualTo(ExitStatus.DONE);
        assertThat(command("list", "--config", config.toString())).isEqualTo(ExitStatus.NOT_FOUND);

        Files.writeString(config, "reason = because\n");
        assertThat(command("list", "--config", config.toString())).isEqualTo(ExitStatus.WRONG_CALL);
        assertThat(err()).contains("'reason'");
    }

    @Test
    void sendsATokenThatOnlyItsOwnerMayRead() throws Exception {
        Path store = directory.resolve("nifi.p12");
        Path password = ownersOnly("password", PASSWORD);
        Path token = ownersOnly("token", "abc.def.ghi\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        String[] call = {
            "list",
            "--token-file",
            token.toString(),
            "--trust-store",
            store.toString(),
            "--trust-password-file",
            password.toString()
        };
        FakeNiFi secured = FakeNiFi.secured(selfSigned(store))
                .withCoordinators("c1")
                .answers("GET " + API + "c1/jobs", 200, "{\"jobs\":[]}");
        try (secured) {
            assertThat(runAt(secured.address(), call)).isEqualTo(ExitStatus.WRONG_CALL);
            assertThat(err()).contains("rw-r--r--").doesNotContain("abc.def");
            assertThat(secured.calls()).isEmpty();

            Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
            assertThat(runAt(secured.address(), call)).as(err()).isEqualTo(ExitStatus.DONE);
            assertThat(secured.asked())
                    .isNotEmpty()
                    .allSatisfy(
                            asked -> assertThat(asked.headers()).containsEntry("Authorization", "Bearer abc.def.ghi"));
        }
    }

    @Test
    void sendsNoTokenInTheOpen() throws IOException {
        Path token = ownersOnly("token", "abc.def.ghi\n");

        assertThat(run("list", "--token-file", token.toString())).isEqualTo(ExitStatus.WRONG_CALL);

        assertThat(err())
                .contains("must not be sent over plain http", nifi.address())
                .doesNotContain("abc.def");
        assertThat(nifi.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "replay",
                "status",
                "status a b",
                "abort a",
                "list --reason x",
                "list --nonsense",
                "list --coordinator",
                "list --json --json",
                "request --job a --reason x",
                "request --job a --reason x --all --key k",
                "request --job a --all",
                "request --reason x --all",
                "request --job a --reason x --all --rate fast",
                "request --job a --reason x --attribute novalue",
                "request --file no-such-file",
                "request --file f --job a",
                "approve a --version x --reason y",
                "policy allow d --reason y",
                "policy approve --reason y",
                "list --key-store no-such-file --password-env HOME",
                "list --key-store k",
                "list --key-store k --token-file t",
                "list --config no-such-file"
            })
    void refusesAWrongCallBeforeAnythingIsSent(String line) {
        List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
        assertThat(run(words.toArray(String[]::new))).isEqualTo(ExitStatus.WRONG_CALL);
        assertThat(err()).contains("--help says more");
        assertThat(nifi.calls()).isEmpty();
    }

    @Test
    void helps() {
        assertThat(command("--help")).isEqualTo(ExitStatus.DONE);
        assertThat(out()).contains("replay approve JOB", "Exit status");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://n:1",
                "https://n:1/",
                "https://n:1/nifi",
                "https://n:1/nifi/",
                "https://n:1/nifi-api",
                "https://n:1/nifi/#/"
            })
    void takesTheAddressOfTheCanvasOrTheApiToo(String address) throws CommandException {
        assertThat(NiFi.base(address)).hasToString("https://n:1");
    }

    private Path ownersOnly(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Of a server whose certificate, made into the file, is signed by nobody else. */
    private static SSLContext selfSigned(Path file) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private ExitStatus run(String... words) {
        return runAt(nifi.address(), words);
    }

    private ExitStatus runAt(String address, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--nifi", address));
        return command(all.toArray(String[]::new));
    }

    private ExitStatus runWith(String input, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--nifi", nifi.address()));
        return new ReplayCommand(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), stream(out), stream(err))
                .run(all.toArray(String[]::new));
    }

    private ExitStatus command(String... words) {
        return new ReplayCommand(new ByteArrayInputStream(new byte[0]), stream(out), stream(err)).run(words);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String problem(String detail) {
        return "{\"type\":\"urn:nifi-replay:problem:x\",\"detail\":\"" + detail + "\"}";
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
