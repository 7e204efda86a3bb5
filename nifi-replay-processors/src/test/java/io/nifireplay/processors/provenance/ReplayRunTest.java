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
package io.nifireplay.processors.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.processors.rest.NiFiApi;
import io.nifireplay.processors.rest.NiFiApiException;
import io.nifireplay.processors.rest.ProvenanceSearch;
import io.nifireplay.processors.rest.ReplayCall;
import io.nifireplay.processors.rest.StubNiFi;
import io.nifireplay.processors.rest.StubNiFi.Answer;
import io.nifireplay.processors.rest.Targets;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real journal, and an HTTP server in NiFi's place. */
class ReplayRunTest {
    private static final int IN_FLIGHT = 4;
    private static final int ITEMS = 500;

    private static final Answer LEADS_TO_JOURNAL_EVENT = Answer.of(200, "{\"destinationId\": \"journal-event\"}");

    @TempDir
    Path directory;

    private final ExecutorService requests = Executors.newFixedThreadPool(IN_FLIGHT);
    private final Map<Long, Integer> asked = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final CountDownLatch two = new CountDownLatch(2);
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private volatile Answer leadsTo = LEADS_TO_JOURNAL_EVENT;
    private volatile BooleanSupplier goesOn = () -> true;
    private volatile Instant now = Instant.parse("2026-11-28T12:00:00Z");
    private RocksDBJournal journal;

    @BeforeEach
    void open() {
        journal = RocksDBJournal.open(RocksDBOptions.defaults(directory));
        List<ProvenanceSource> sources = LongStream.rangeClosed(1, ITEMS)
                .mapToObj(id -> new ProvenanceSource("", id, "f" + id, "queue", Optional.empty(), Optional.empty()))
                .toList();
        journal.open(
                new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "a test", "test"),
                "all",
                sources);
    }

    @AfterEach
    void close() {
        requests.shutdownNow();
        journal.close();
    }

    @Test
    void asksForEachItemOnceWithSeveralInFlight() throws Exception {
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            ReplayRun run = run(api);
            int total = 0;
            for (ReplayRun.Step step = run.ask(); step.asked() > 0; step = run.ask()) {
                assertThat(step.unanswered()).isZero();
                total += step.asked();
            }
            assertThat(total).isEqualTo(ITEMS);
        }
        assertThat(asked)
                .hasSize(ITEMS)
                .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
        assertThat(mostInFlight.get()).isBetween(2, IN_FLIGHT);
        assertThat(items())
                .allMatch(item -> item.standing() == ItemStanding.REPLAYED)
                .allMatch(item -> item.child().equals("child-" + item.source().eventId()));
    }

    @Test
    void asksForNoMoreInAStepThatWasInVainAndForTheRestLater() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        try (StubNiFi nifi = new StubNiFi((method, path, body) ->
                        // It says nothing about the wish: NiFi may have done it.
                        !isQuestionOfQueue(path) && answered.incrementAndGet() <= 3
                                ? Answer.of(500, "out of memory")
                                : answer(method, path, body));
                NiFiApi api = nifi.api()) {
            ReplayRun run = run(api);

            ReplayRun.Step first = run.ask();
            assertThat(first.unanswered()).isEqualTo(3);
            assertThat(first.asked()).isBetween(3, ITEMS / 2);
            assertThat(first.trouble())
                    .hasValueSatisfying(why -> assertThat(why).contains("out of memory"));

            int total = first.asked();
            for (ReplayRun.Step step = run.ask(); step.asked() > 0; step = run.ask()) {
                total += step.asked();
            }
            assertThat(total).isEqualTo(ITEMS);
        }
        // These are asked for again after the re-emission time, not before.
        assertThat(items())
                .filteredOn(item -> item.standing() == ItemStanding.ASKED)
                .hasSize(3);
        assertThat(items())
                .filteredOn(item -> item.standing() == ItemStanding.REPLAYED)
                .hasSize(ITEMS - 3);
    }

    @Test
    void looksForTheReplayEventsOfKnownEventsAtOnceWhenTheJobHasEnded() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        try (StubNiFi nifi = new StubNiFi((method, path, body) -> {
                    if (path.endsWith("/replays")) {
                        return made(body);
                    }
                    if (path.startsWith("/connections/")) {
                        return LEADS_TO_JOURNAL_EVENT;
                    }
                    looks.incrementAndGet();
                    return Answer.of(403, "enough is seen");
                });
                NiFiApi api = nifi.api()) {
            openKnown();
            ReplayRun run = run(api, "known");
            assertThat(run.ask().asked()).isEqualTo(2);

            run.follow(true);
            assertThat(looks).as("NiFi may still be asked for more").hasValue(0);
            journal.change("known", JobAction.ABORT, new Cause("ann", "enough"));
            assertThatThrownBy(() -> run.follow(false)).isInstanceOf(NiFiApiException.class);
            assertThat(looks).hasPositiveValue();
        }
    }

    /** A job over two events that the journal knows. */
    private void openKnown() {
        for (String key : List.of("k1", "k2")) {
            Arrival arrival =
                    new Arrival.Fresh("f" + key, Envelope.of(key, "p"), Content.of(new byte[] {1}), List.of("call"));
            Token token = ((Admission.Accepted) journal.admit(List.of(arrival)).getFirst()).token();
            journal.claim(List.of(new Claim(token, "f" + key, "call", Fragment.WHOLE, false, Optional.empty())));
            journal.record(List.of(
                    new Outcome.GivenUp(token, "f" + key, "call", Fragment.WHOLE, new EventState.Failure("E", "no"))));
        }
        journal.open(
                new ReplayRequest("known", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "a test", "test"),
                "all",
                List.of(
                        new ProvenanceSource("", 1_001, "g1", "queue", Optional.of("k1"), Optional.empty()),
                        new ProvenanceSource("", 1_002, "g2", "queue", Optional.of("k2"), Optional.empty())));
    }

    @Test
    void isPausedBeforeAnythingMoreIsAskedForWhenItsQueueIsLedElsewhere() throws Exception {
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            ReplayRun run = run(api);
            int before = askSome(run);

            leadsTo = Answer.of(200, "{\"destinationId\": \"put-sql\"}");
            now = now.plus(QueueCheck.INTERVAL);
            ReplayRun.Step step = run.ask();

            assertThat(step.asked()).isZero();
            assertThat(step.stopped())
                    .hasValueSatisfying(why -> assertThat(why).contains("Queue queue leads to component put-sql now"));
            assertThat(asked).hasSize(before);
            assertThat(status().state()).isEqualTo(JobState.PAUSED);
            assertThat(status().stateReason()).contains("put-sql", "lead it to its JournalEvent again and resume");

            // Led back, and resumed by a person: it goes on at once.
            leadsTo = LEADS_TO_JOURNAL_EVENT;
            journal.change("job", JobAction.RESUME, new Cause("maria", "led back"));
            askAll(run);
        }
        assertThat(asked).hasSize(ITEMS);
    }

    @Test
    void asksForNothingAfterARestartWhenItsQueueWasLedElsewhereMeanwhile() throws Exception {
        leadsTo = Answer.of(200, "{\"destinationId\": \"put-sql\"}");
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            assertThat(run(api).ask().stopped()).isPresent();
        }
        assertThat(asked).isEmpty();
        assertThat(status().state()).isEqualTo(JobState.PAUSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 409, 500})
    void asksForNothingWhileNiFiDoesNotSayWhereItsQueueLeads(int status) throws Exception {
        leadsTo = Answer.of(status, "No.");
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            ReplayRun run = run(api);
            assertThatThrownBy(run::ask).isInstanceOf(NiFiApiException.class);
            assertThat(asked).isEmpty();
            assertThat(status().state()).isEqualTo(JobState.RUNNING);

            leadsTo = LEADS_TO_JOURNAL_EVENT;
            askAll(run);
        }
        assertThat(asked).hasSize(ITEMS);
    }

    @Test
    void leavesItToNiFiToRefuseWhatCameFromAQueueThatIsGone() throws Exception {
        leadsTo = Answer.of(404, "No such queue.");
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            askAll(run(api));
        }
        assertThat(asked).hasSize(ITEMS);
    }

    @Test
    void isPausedWhenThePolicyDoesNotListItsJournalEventAnyMore() throws Exception {
        journal.govern(TargetPolicies.listing("journal-event", "another"));
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            ReplayRun run = run(api);
            int before = askSome(run);

            journal.govern(TargetPolicies.listing("another"));
            ReplayRun.Step step = run.ask();

            assertThat(step.stopped())
                    .hasValueSatisfying(why -> assertThat(why)
                            .contains("does not let NiFi replay before [journal-event]", "policy service"));
            assertThat(asked).hasSize(before);
            assertThat(status().state()).isEqualTo(JobState.PAUSED);

            journal.change("job", JobAction.RESUME, new Cause("maria", "nobody agreed to it"));
            assertThat(run.ask().stopped()).isPresent();
            assertThat(run(api).ask().asked()).as("paused").isZero();
        }
        assertThat(status().state()).isEqualTo(JobState.PAUSED);
    }

    @Test
    void aGovernedJobIsPausedTooAndGoesOnAtTheWordOfAPersonAlone() throws Exception {
        journal.govern(TargetPolicies.listing("journal-event"));
        GovernedJobs jobs = new GovernedJobs(journal);
        ProvenanceSource source = new ProvenanceSource("", 1_001, "g", "queue", Optional.empty(), Optional.empty());
        journal.planned(
                "governed",
                jobs.ask("governed").version(),
                GovernedJobs.selection("journal-event"),
                new ProvenanceFindings(1, List.of(source), Set.of("journal-event"), 0, 0, 0));
        jobs.coordinator().start("governed", jobs.job("governed").version(), "go", GovernedJobs.OPERATOR);
        journal.change("job", JobAction.ABORT, new Cause("maria", "not now"));
        try (StubNiFi nifi = new StubNiFi(this::answer);
                NiFiApi api = nifi.api()) {
            leadsTo = Answer.of(200, "{\"destinationId\": \"put-sql\"}");
            assertThat(run(api, "governed").ask().stopped()).isPresent();
            assertThat(asked).isEmpty();
            assertThat(jobs.job("governed").state()).isEqualTo(JobState.PAUSED);
            assertThat(jobs.job("governed").stateReason()).contains("put-sql");
            two.countDown();

            leadsTo = LEADS_TO_JOURNAL_EVENT;
            jobs.coordinator().resume("governed", jobs.job("governed").version(), "led back", GovernedJobs.OPERATOR);
            askAll(run(api, "governed"));
        }
        assertThat(asked).containsOnlyKeys(1_001L);
    }

    /** How many were asked for in a step that is cut short. */
    private int askSome(ReplayRun run) throws Exception {
        goesOn = () -> asked.isEmpty();
        int some = run.ask().asked();
        goesOn = () -> true;
        assertThat(some).isBetween(1, ITEMS - 1);
        return some;
    }

    private static void askAll(ReplayRun run) throws Exception {
        while (run.ask().asked() > 0) {
            // Another step.
        }
    }

    private JobStatus status() {
        return journal.job("job").orElseThrow();
    }

    private static boolean isQuestionOfQueue(String path) {
        return path.equals("/connections/queue");
    }

    private Answer answer(String method, String path, Optional<JsonNode> body) throws IOException {
        return isQuestionOfQueue(path) ? leadsTo : made(body);
    }

    private Answer made(Optional<JsonNode> body) throws IOException {
        int now = inFlight.incrementAndGet();
        mostInFlight.accumulateAndGet(now, Math::max);
        long id = body.orElseThrow().path("eventId").asLong();
        asked.merge(id, 1, Integer::sum);
        awaitAnother();
        inFlight.decrementAndGet();
        return Answer.of(201, "{\"provenanceEvent\": {\"childUuids\": [\"child-%d\"]}}".formatted(id));
    }

    /** The first request waits for a second one to come in. */
    private void awaitAnother() throws IOException {
        two.countDown();
        try {
            assertThat(two.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private ReplayRun run(NiFiApi api) {
        return run(api, "job");
    }

    private ReplayRun run(NiFiApi api, String job) {
        return new ReplayRun(
                journal,
                job,
                Set.of("journal-event"),
                new ReplayCall(api, new Random(1), () -> true),
                new ProvenanceSearch(api, "", 100),
                new Targets(api, "", "JournalEvent"),
                requests,
                IN_FLIGHT,
                () -> goesOn.getAsBoolean(),
                () -> now);
    }

    private List<ProvenanceItem> items() {
        List<ProvenanceItem> items = new ArrayList<>();
        journal.items("job", items::add);
        return items;
    }
}
