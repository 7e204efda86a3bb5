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
package io.nifireplay.systemtest.downstream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nifireplay.systemtest.downstream.Delivery.Outcome;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;

/**
 * The service that a flow delivers to: an HTTP server on loopback that remembers every call and misbehaves on demand.
 *
 * <p>A call's key is its {@code Idempotency-Key} header (draft-ietf-httpapi-idempotency-key-header), or the SHA-256 of
 * its body where there is none. The first call that is answered 200 is the delivery; what a further one counts as,
 * depends on {@link #honourIdempotencyKeys(boolean)}.
 */
public final class DownstreamService implements AutoCloseable {
    /** The header that carries the key. */
    public static final String KEY_HEADER = "Idempotency-Key";

    private static final Duration REBIND_TIMEOUT = Duration.ofSeconds(10);

    static {
        // Without it the JDK's server holds small answers back for some 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
    private final Map<String, KeyCount> counts = new ConcurrentHashMap<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final int port;

    private volatile boolean honoursKeys = true;
    private volatile boolean unavailable;
    private volatile Duration delay = Duration.ZERO;
    private volatile RateLimit limit = RateLimit.none();

    private HttpServer server;
    private ExecutorService threads;

    private DownstreamService(int port) {
        comeUp(port);
        this.port = server.getAddress().getPort();
    }

    /** Starts on a free port. */
    public static DownstreamService start() {
        return start(0);
    }

    /** Starts on this port of loopback. */
    public static DownstreamService start(int port) {
        return new DownstreamService(port);
    }

    /** Where it listens; every path is the same to it. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    // How it behaves

    /** Whether a second call with the same key is turned away as a repeated one (the default), or accepted again. */
    public void honourIdempotencyKeys(boolean honours) {
        honoursKeys = honours;
    }

    /** Is out: the socket closes, calls that are under way break off, new ones are refused. */
    public synchronized void goDown() {
        if (server != null) {
            server.stop(0);
            threads.shutdownNow();
            server = null;
        }
    }

    /** Listens again, on the same port. */
    public synchronized void comeBack() {
        if (server == null) {
            comeUp(port);
        }
    }

    /** Answers 503 to everything, or no longer. */
    public void unavailable(boolean unavailable) {
        this.unavailable = unavailable;
    }

    /** Takes so long for each answer; what the call asks for is done before, as in a service that is overloaded. */
    public void slow(Duration delay) {
        this.delay = delay;
    }

    /** Answers calls above this rate with 429; 0 is no limit. */
    public void limit(int requestsPerSecond) {
        limit = requestsPerSecond == 0 ? RateLimit.none() : RateLimit.of(requestsPerSecond);
    }

    /** Refuses this key with this status, until {@link #heal(String)}. */
    public void fail(String key, int status) {
        fail(key, status, Integer.MAX_VALUE);
    }

    /** Refuses the next calls of this key with this status. */
    public void fail(String key, int status, int times) {
        faults.put(key, new Fault(status, times));
    }

    /** Does what the next calls of this key ask for, and breaks the connection off without an answer. */
    public void loseAnswer(String key, int times) {
        faults.put(key, new Fault(Fault.NO_ANSWER, times));
    }

    /** Serves this key again. */
    public void heal(String key) {
        faults.remove(key);
    }

    // What came of it

    /** Every call so far, in the order in which they were decided. */
    public List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    /** The calls of one key, counted. */
    public KeyCount of(String key) {
        return counts.getOrDefault(key, KeyCount.NONE);
    }

    /** The calls of each key that was ever sent, counted. */
    public Map<String, KeyCount> byKey() {
        return Map.copyOf(counts);
    }

    /** How many calls were accepted. */
    public long accepted() {
        return counts.values().stream().mapToLong(KeyCount::accepted).sum();
    }

    /** How many different keys were accepted. */
    public long acceptedKeys() {
        return counts.values().stream().filter(count -> count.accepted() > 0).count();
    }

    /** How many keys were accepted more than once: work done twice. */
    public long acceptedMoreThanOnce() {
        return counts.values().stream().filter(count -> count.accepted() > 1).count();
    }

    /** How many calls repeated a key that had been accepted, and were turned away with 200. */
    public long repeated() {
        return counts.values().stream().mapToLong(KeyCount::repeated).sum();
    }

    /** How many calls were refused. */
    public long refused() {
        return counts.values().stream().mapToLong(KeyCount::refused).sum();
    }

    @Override
    public void close() {
        goDown();
    }

    private void comeUp(int wanted) {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        server = Awaitility.await()
                .pollInterval(Duration.ofMillis(20))
                .atMost(REBIND_TIMEOUT)
                .ignoreException(BindException.class)
                .until(() -> bind(wanted), bound -> true);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private static HttpServer bind(int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    }

    private void handle(HttpExchange call) throws IOException {
        byte[] body = call.getRequestBody().readAllBytes();
        String key = key(call, body);
        Fault fault = faults.getOrDefault(key, Fault.NONE).use(faults, key);

        Delivery delivery = decide(key, body, fault);
        rest();
        if (fault.status() != Fault.NO_ANSWER) {
            answer(call, delivery);
        }
        // An exchange that is closed without an answer breaks the connection off.
        call.close();
    }

    private Delivery decide(String key, byte[] body, Fault fault) {
        Delivery[] decided = new Delivery[1];
        counts.compute(key, (same, before) -> {
            KeyCount count = before == null ? KeyCount.NONE : before;
            int status = statusOf(fault);
            boolean repeats = status == 200 && honoursKeys && count.accepted() > 0;
            Outcome outcome = status != 200 ? Outcome.REFUSED : repeats ? Outcome.REPEATED : Outcome.ACCEPTED;
            decided[0] = new Delivery(Instant.now(), key, outcome, status, sha256(body));
            deliveries.add(decided[0]);
            return count.plus(outcome);
        });
        return decided[0];
    }

    private int statusOf(Fault fault) {
        if (unavailable) {
            return 503;
        }
        if (!limit.allows()) {
            return 429;
        }
        return fault.status() == Fault.NO_ANSWER ? 200 : fault.status();
    }

    /** The delay that was asked for, ended early when the service goes down. */
    private void rest() {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange call, Delivery delivery) throws IOException {
        byte[] answer = "{\"outcome\":\"%s\"}".formatted(delivery.outcome()).getBytes();
        call.getResponseHeaders().set("Content-Type", "application/json");
        if (delivery.status() == 429 || delivery.status() == 503) {
            call.getResponseHeaders().set("Retry-After", "1");
        }
        call.sendResponseHeaders(delivery.status(), answer.length);
        call.getResponseBody().write(answer);
    }

    private static String key(HttpExchange call, byte[] body) {
        String header = call.getRequestHeaders().getFirst(KEY_HEADER);
        return header == null ? "sha256:" + sha256(body) : header.replaceAll("^\"|\"$", "");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
