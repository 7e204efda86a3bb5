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
package io.nifireplay.systemtest.instance;

import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.NiFiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One NiFi in a process of its own: started, stopped, killed and started again on the same home.
 *
 * <pre>{@code
 * try (NiFiInstance nifi = NiFiInstance.in(home).heap("1g").build()) {
 *     nifi.start();
 *     ProcessGroup group = nifi.client().root().createGroup("crash");
 *     nifi.kill();
 *     nifi.start();
 * }
 * }</pre>
 *
 * A NiFi that still runs when the JVM of the test ends is killed with it, unless {@link #outlive()} was called.
 */
public final class NiFiInstance implements AutoCloseable {
    /** How long a start may take on a busy machine; it takes a tenth of it on an idle one. */
    public static final Duration START_TIMEOUT = Duration.ofMinutes(3);

    /** How long NiFi may take to stop when asked to; its own grace period for processors is 10 s. */
    public static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    /**
     * System property with arguments for the JVM of every NiFi that is started, separated by blanks; those of a
     * {@link Builder} come after them. Tests start many that live for a minute: see the module's README.
     */
    public static final String JVM_ARGUMENTS_PROPERTY = "nifireplay.nifi.jvm";

    private static final Duration FLOW_SAVE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration FLOW_SAVE_MARGIN = Duration.ofMillis(50);
    private static final String OWN_NAR = "nifi-replay-nar";
    private static final String OWN_IDENTITY = "CN=localhost";
    private static final String DEFAULT_REFUSALS_SPOOL = "./refusals_spool";
    private static final Set<NiFiInstance> RUNNING = ConcurrentHashMap.newKeySet();
    private static final Set<NiFiInstance> STARTED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(NiFiInstance::end)));
    }

    private final NiFiHome home;
    private final Settings settings;
    private final Optional<Certificates> certificates;
    private final Map<String, NiFiClient> clients = new ConcurrentHashMap<>();
    private Optional<Path> narToInstall;
    private volatile Instant lastEdit = Instant.MIN;
    private Process process;

    private NiFiInstance(Settings settings) {
        this.settings = settings;
        this.narToInstall = settings.ownNar();
        this.home = new NiFiHome(settings.home());
        this.certificates = settings.operator()
                .map(operator -> new Certificates(settings.home().resolve("certificates")));
    }

    /** Begins the description of a NiFi in this folder, which may hold the data of an earlier one. */
    public static Builder in(Path home) {
        return new Builder(home.toAbsolutePath());
    }

    /** All that this JVM started, whether they still run or not. */
    public static List<NiFiInstance> started() {
        return List.copyOf(STARTED);
    }

    /**
     * Starts NiFi and waits until its flow is loaded and its REST API answers.
     *
     * @throws IllegalStateException if the process ends or is not ready within {@link #START_TIMEOUT}; the message
     *     has the end of its log
     */
    public NiFiInstance start() {
        if (isAlive()) {
            throw new IllegalStateException("NiFi runs already in " + home.path());
        }
        boolean firstStart = !Files.exists(home.flow());
        home.furnish(settings.distribution());
        narToInstall.ifPresent(nar -> home.installNar(nar, OWN_NAR));
        narToInstall = Optional.empty();
        home.configure(properties(), placeholders());
        process = launch();
        RUNNING.add(this);
        STARTED.add(this);
        awaitReady();
        home.shareUnpackedNars(settings.distribution());
        if (firstStart) {
            settings.operator().ifPresent(this::grantEverything);
        }
        settings.timerThreads().ifPresent(client()::timerThreads);
        return this;
    }

    /** A cluster takes no change while a node connects; one that joins others finds their policies. */
    private void grantEverything(String operator) {
        if (settings.isNode()) {
            Cluster.awaitAllConnected(this);
        }
        client().policies().grantEverythingInRoot(operator);
    }

    /**
     * Stops NiFi as an operator does (SIGTERM) and waits for its end.
     *
     * @throws IllegalStateException if it takes longer than {@link #STOP_TIMEOUT}; it is killed then
     */
    public void stop() {
        if (!isAlive()) {
            return;
        }
        // A save that is still to come would find the processors stopped by the shutdown, and they would stay so.
        awaitFlowSaved();
        process.destroy();
        boolean ended = awaitEnd(STOP_TIMEOUT);
        end();
        if (!ended) {
            throw new IllegalStateException("NiFi did not stop within " + STOP_TIMEOUT + ":\n" + logTail(30));
        }
    }

    /**
     * Kills NiFi (SIGKILL): nothing of it gets to run any more. An edit of the flow is on disk half a second after it
     * was made; a kill right behind one waits for that, because it is the data's fate that a test asks about.
     */
    public void kill() {
        awaitFlowSaved();
        killNow();
    }

    /** Kills NiFi (SIGKILL) at this instant, whether or not the last edit of the flow is on disk. */
    public void killNow() {
        end();
    }

    /** Stops NiFi and starts it on the same home. */
    public void restart() {
        stop();
        start();
    }

    /** Waits until NiFi has ended by itself, for a crash point that was passed as a JVM argument; its exit status. */
    public int awaitExit(Duration timeout) {
        if (!awaitEnd(timeout)) {
            throw new IllegalStateException("NiFi still runs after " + timeout);
        }
        RUNNING.remove(this);
        return process.exitValue();
    }

    /** Whether the process runs. */
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The process id of the running NiFi. */
    public long pid() {
        return process.pid();
    }

    /** Leaves NiFi running when this JVM ends. */
    public void outlive() {
        RUNNING.remove(this);
    }

    /** Puts another version of the product's NAR in place of the present one, from the next start on. */
    public void installNar(Path nar) {
        narToInstall = Optional.of(nar);
    }

    /** Waits until the last edit made through {@link #client()} is in {@code flow.json.gz}. */
    public void awaitFlowSaved() {
        if (!isAlive() || lastEdit.equals(Instant.MIN)) {
            return;
        }
        try {
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(FLOW_SAVE_TIMEOUT)
                    .until(() -> flowSaved().isAfter(lastEdit.plus(FLOW_SAVE_MARGIN)));
        } catch (ConditionTimeoutException e) {
            // The save came before the answer to the edit did; the flow on disk is complete.
        }
    }

    /** The REST API as the operator, or as anybody if NiFi is not secured. */
    public NiFiClient client() {
        return settings.operator()
                .map(this::clientAs)
                .orElseGet(() -> clients.computeIfAbsent("", nobody -> client(HttpClient.newBuilder())));
    }

    /** The REST API with the certificate of this identity, such as {@code CN=auditor}. Only where secured. */
    public NiFiClient clientAs(String identity) {
        return clients.computeIfAbsent(
                identity,
                name -> client(HttpClient.newBuilder().sslContext(certificates().context(name))));
    }

    /** The authority whose certificates this NiFi accepts. Only where secured. */
    public Certificates certificates() {
        return certificates.orElseThrow(() -> new IllegalStateException("This NiFi is not secured"));
    }

    /** The address of the canvas, ending with a slash. */
    public URI canvas() {
        return URI.create(origin() + "/nifi/");
    }

    /** The folder that holds configuration, data and logs. */
    public Path home() {
        return home.path();
    }

    /** The folder of the log files. */
    public Path logs() {
        return home.logs();
    }

    /** The application log so far; empty before the first line. */
    public List<String> log() {
        Path log = home.logs().resolve("nifi-app.log");
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + log, e);
        }
    }

    /** Kills what still runs. The home stays. */
    @Override
    public void close() {
        end();
    }

    private NiFiClient client(HttpClient.Builder http) {
        HttpClient built = http.version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        return new NiFiClient(built, URI.create(origin() + "/nifi-api"), this::edited);
    }

    private void edited() {
        lastEdit = Instant.now();
    }

    private Instant flowSaved() {
        try {
            return Files.getLastModifiedTime(home.flow()).toInstant();
        } catch (IOException e) {
            return Instant.MIN;
        }
    }

    private String origin() {
        return (certificates.isPresent() ? "https" : "http") + "://127.0.0.1:" + settings.webPort();
    }

    private Process launch() {
        String classPath = Distribution.list(home.lib()).stream()
                .map(Path::toString)
                .filter(name -> name.endsWith(".jar"))
                .collect(Collectors.joining(":", "", ":" + home.conf()));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "-Xms" + settings.heap(),
                "-Xmx" + settings.heap(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + temporary(),
                "-Dnifi.properties.file.path=" + home.conf().resolve("nifi.properties"),
                "-Dorg.apache.nifi.bootstrap.config.log.dir=" + home.logs(),
                "-Dorg.apache.nifi.management.server.address=127.0.0.1:" + settings.managementPort()));
        command.addAll(commonArguments());
        command.addAll(settings.jvmArguments());
        command.add("org.apache.nifi.NiFi");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(settings.environment());
        try {
            return builder.directory(home.path().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            home.logs().resolve("console.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start NiFi in " + home.path(), e);
        }
    }

    private static List<String> commonArguments() {
        return Stream.of(System.getProperty(JVM_ARGUMENTS_PROPERTY, "").split(" "))
                .filter(argument -> !argument.isBlank())
                .toList();
    }

    private Path temporary() {
        Path temporary = home.path().resolve("tmp");
        NiFiHome.create(temporary);
        return temporary;
    }

    private void awaitReady() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest health = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + settings.managementPort() + "/health"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            await().pollInterval(Duration.ofMillis(100))
                    .atMost(START_TIMEOUT)
                    .failFast("the process ended", () -> !process.isAlive())
                    .until(() -> healthy(http, health));
        } catch (RuntimeException e) {
            String log = logTail(60);
            end();
            throw new IllegalStateException("NiFi in " + home.path() + " did not get ready:\n" + log, e);
        }
    }

    private static boolean healthy(HttpClient http, HttpRequest health) throws InterruptedException {
        try {
            return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean awaitEnd(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void end() {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd(STOP_TIMEOUT);
        }
        RUNNING.remove(this);
    }

    private String logTail(int lines) {
        List<String> log = new ArrayList<>(log());
        log.addAll(console());
        return String.join("\n", log.subList(Math.max(0, log.size() - lines), log.size()));
    }

    private List<String> console() {
        try {
            return Files.readAllLines(home.logs().resolve("console.log"));
        } catch (IOException e) {
            return List.of();
        }
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("nifi.sensitive.props.key", "only-for-tests-of-nifi-replay");
        certificates.ifPresentOrElse(authority -> secure(properties, authority), () -> {
            properties.put("nifi.web.http.host", "127.0.0.1");
            properties.put("nifi.web.http.port", String.valueOf(settings.webPort()));
        });
        properties.putAll(settings.properties());
        return properties;
    }

    private void secure(Map<String, String> properties, Certificates authority) {
        properties.put("nifi.cluster.protocol.is.secure", "true");
        properties.put("nifi.web.https.host", "127.0.0.1");
        properties.put("nifi.web.https.port", String.valueOf(settings.webPort()));
        properties.put(
                "nifi.security.user.authorizer",
                settings.refusalsSpool().isPresent() ? "audited-authorizer" : "managed-authorizer");
        properties.put(
                "nifi.security.keystore", authority.keyStore(OWN_IDENTITY).toString());
        properties.put("nifi.security.keystoreType", "PKCS12");
        properties.put("nifi.security.keystorePasswd", Certificates.PASSWORD);
        properties.put("nifi.security.keyPasswd", Certificates.PASSWORD);
        properties.put("nifi.security.truststore", authority.trustStore().toString());
        properties.put("nifi.security.truststoreType", "PKCS12");
        properties.put("nifi.security.truststorePasswd", Certificates.PASSWORD);
    }

    private Map<String, String> placeholders() {
        List<String> users = new ArrayList<>(settings.operator().stream().toList());
        users.addAll(settings.otherUsers());
        if (settings.isNode()) {
            users.add(OWN_IDENTITY);
        }
        String initialUsers = IntStream.range(0, users.size())
                .mapToObj(i -> "        <property name=\"Initial User Identity " + (i + 1) + "\">" + users.get(i)
                        + "</property>")
                .collect(Collectors.joining("\n"));
        return Map.of(
                "node.identity",
                settings.isNode() ? "        <property name=\"Node Identity 1\">" + OWN_IDENTITY + "</property>" : "",
                "refusals.spool",
                settings.refusalsSpool().orElse(DEFAULT_REFUSALS_SPOOL),
                "initial.users",
                initialUsers,
                "initial.admin",
                settings.operator().orElse(""),
                "zookeeper.connect",
                settings.properties().getOrDefault("nifi.zookeeper.connect.string", ""));
    }

    private record Settings(
            Path home,
            Distribution distribution,
            int webPort,
            int managementPort,
            String heap,
            Map<String, String> properties,
            List<String> jvmArguments,
            Map<String, String> environment,
            Optional<Path> ownNar,
            Optional<Integer> timerThreads,
            Optional<String> operator,
            List<String> otherUsers,
            Optional<String> refusalsSpool) {
        /** Whether it is a node of a cluster. */
        boolean isNode() {
            return Boolean.parseBoolean(properties.get("nifi.cluster.is.node"));
        }
    }

    /** What a NiFi is to be like. Everything but the home has a default. */
    public static final class Builder {
        private final Path home;
        private final Map<String, String> properties = new LinkedHashMap<>();
        private final List<String> jvmArguments = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final List<String> otherUsers = new ArrayList<>();
        private Optional<Integer> webPort = Optional.empty();
        private Optional<Path> ownNar = Optional.empty();
        private Optional<Integer> timerThreads = Optional.empty();
        private Optional<String> operator = Optional.empty();
        private Optional<String> refusalsSpool = Optional.empty();
        private String heap = "1g";

        private Builder(Path home) {
            this.home = home;
        }

        /** The port of the canvas and the REST API; a free one unless told. */
        public Builder webPort(int port) {
            webPort = Optional.of(port);
            return this;
        }

        /** Heap as the JVM writes it, such as {@code 512m}; 1g unless told. */
        public Builder heap(String size) {
            heap = size;
            return this;
        }

        /** One line of {@code nifi.properties}, in place of the harness's own. */
        public Builder property(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** Lines of {@code nifi.properties}, in place of the harness's own. */
        public Builder properties(Map<String, String> lines) {
            properties.putAll(lines);
            return this;
        }

        /** An argument of NiFi's JVM, such as a system property that a crash point looks for. */
        public Builder jvmArgument(String argument) {
            jvmArguments.add(argument);
            return this;
        }

        /** An environment variable of NiFi's process, for Expression Language. */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** The product's NAR to start with, in place of the one that the build made. */
        public Builder ownNar(Path nar) {
            ownNar = Optional.of(nar);
            return this;
        }

        /** Threads that run processors; NiFi's default is 10. */
        public Builder timerThreads(int threads) {
            timerThreads = Optional.of(threads);
            return this;
        }

        /**
         * HTTPS with client certificates instead of HTTP: this identity, such as {@code CN=operator}, may do
         * everything; the others are known to NiFi and may do nothing until they are given policies.
         */
        public Builder secured(String operator, String... others) {
            this.operator = Optional.of(operator);
            otherUsers.addAll(List.of(others));
            return this;
        }

        /**
         * Lets the product's authorizer record refused replays in this directory, which begins at the home unless it is
         * absolute. Only where secured.
         */
        public Builder recordingRefusals(String spoolDirectory) {
            refusalsSpool = Optional.of(spoolDirectory);
            return this;
        }

        /** The instance, not yet started. */
        public NiFiInstance build() {
            return new NiFiInstance(new Settings(
                    home,
                    Distribution.locate(),
                    webPort.orElseGet(FreePorts::next),
                    FreePorts.next(),
                    heap,
                    Map.copyOf(properties),
                    List.copyOf(jvmArguments),
                    Map.copyOf(environment),
                    ownNar,
                    timerThreads,
                    operator,
                    List.copyOf(otherUsers),
                    refusalsSpool));
        }
    }
}
