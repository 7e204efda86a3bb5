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
package io.nifireplay.systemtest.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A well-behaved sender: it repeats a request that got no answer, or one that tells it to come again, with a growing pause,
 * until it hears that the event is accepted or never will be. It keeps a record of every answer.
 */
final class Sender implements AutoCloseable {
    private static final int CONNECTIONS = 8;
    private static final int EVENTS_PER_SECOND = 80;
    /** So many events lie between an event and its second copy. */
    private static final int LATER = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int NO_ANSWER = 0;

    private final URI intake;
    private final Plan plan;
    private final List<SourceEvent> events;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicLong nextSlot = new AtomicLong(System.nanoTime());
    private final Queue<SourceEvent> later = new ConcurrentLinkedQueue<>();
    private final Map<String, Set<Integer>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger withoutAnswer = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();
    private List<? extends Future<?>> connections = List.of();
    private int allowed;

    Sender(URI intake, Plan plan, List<SourceEvent> events) {
        this.intake = intake;
        this.plan = plan;
        this.events = events;
    }

    /** Begins to send. */
    void start() {
        connections = IntStream.range(0, CONNECTIONS)
                .mapToObj(connection -> threads.submit(this::run))
                .toList();
    }

    /** Lets it go on to this event; it waits before. So that trouble meets the same events on a fast and a slow machine. */
    synchronized void goOnTo(int events) {
        allowed = events;
        notifyAll();
    }

    /** How many events were begun to be sent. */
    int started() {
        return started.get();
    }

    /** Waits until everything got its last answer. */
    void join() throws InterruptedException {
        for (Future<?> connection : connections) {
            try {
                connection.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("The sender failed", e.getCause());
            }
        }
    }

    /** Events whose sender was told that they are safe: 202 or 200. */
    Set<String> acknowledged() {
        return answered(202, 200);
    }

    /** Events of which a copy was answered 422. */
    Set<String> conflicting() {
        return answered(422);
    }

    /** HTTP requests, repetitions included. */
    int requests() {
        return requests.get();
    }

    /** HTTP requests that got no answer. */
    int withoutAnswer() {
        return withoutAnswer.get();
    }

    /** Copies of events that were at least once turned away as known, with 200 or 409. */
    int turnedAway() {
        return turnedAway.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.shutdownNow();
    }

    private Set<String> answered(Integer... statuses) {
        Set<Integer> wanted = Set.of(statuses);
        return answers.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(wanted::contains))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private Void run() throws InterruptedException, ExecutionException, BrokenBarrierException {
        for (int i = next.getAndIncrement(); i < events.size(); i = next.getAndIncrement()) {
            awaitTurn(i);
            awaitSlot();
            started.incrementAndGet();
            SourceEvent event = events.get(i);
            if (plan.twiceAtOnce().contains(event.key())) {
                sendTwiceAtOnce(event);
            } else {
                send(event);
            }
            if (plan.twice().contains(event.key())) {
                later.add(event);
            } else if (plan.conflicting().contains(event.key())) {
                later.add(event.withOtherData());
            }
            if (i % LATER == 0) {
                sendLater();
            }
        }
        sendLater();
        return null;
    }

    private void sendLater() throws InterruptedException {
        for (SourceEvent copy = later.poll(); copy != null; copy = later.poll()) {
            send(copy);
        }
    }

    private void sendTwiceAtOnce(SourceEvent event)
            throws InterruptedException, ExecutionException, BrokenBarrierException {
        CyclicBarrier together = new CyclicBarrier(2);
        Future<Void> other = threads.submit(() -> {
            together.await();
            send(event);
            return null;
        });
        together.await();
        send(event);
        other.get();
    }

    private void send(SourceEvent event) throws InterruptedException {
        HttpRequest request = request(event);
        long pause = FIRST_PAUSE.toMillis();
        boolean known = false;
        while (true) {
            int status = ask(request);
            answers.computeIfAbsent(event.key(), key -> ConcurrentHashMap.newKeySet())
                    .add(status);
            if (!known && (status == 200 || status == 409)) {
                known = true;
                turnedAway.incrementAndGet();
            }
            if (isLast(status)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2));
            pause = Math.min(pause * 2, LONGEST_PAUSE.toMillis());
        }
    }

    private int ask(HttpRequest request) throws InterruptedException {
        requests.incrementAndGet();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            withoutAnswer.incrementAndGet();
            return NO_ANSWER;
        }
    }

    /** All but no answer, "in flight, ask again later", and an intake that is not ready. */
    private static boolean isLast(int status) {
        return switch (status) {
            case 200, 202, 400, 410, 422 -> true;
            default -> false;
        };
    }

    private HttpRequest request(SourceEvent event) {
        HttpRequest.Builder request = HttpRequest.newBuilder(intake)
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(event.data()));
        event.headers().forEach(request::header);
        return request.build();
    }

    private synchronized void awaitTurn(int index) throws InterruptedException {
        while (index >= allowed) {
            wait();
        }
    }

    private void awaitSlot() throws InterruptedException {
        long interval = TimeUnit.SECONDS.toNanos(1) / EVENTS_PER_SECOND;
        long now = System.nanoTime();
        // Time that was lost, as in a restart, is not made up for by a burst.
        long slot = nextSlot.updateAndGet(before -> Math.max(before, now - interval) + interval);
        TimeUnit.NANOSECONDS.sleep(slot - now);
    }
}
