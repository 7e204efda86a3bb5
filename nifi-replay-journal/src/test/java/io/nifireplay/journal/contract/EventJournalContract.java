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
package io.nifireplay.journal.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.testing.FakeTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What every engine must do: the parts of the contract extend this, an engine's test extends them. */
public abstract class EventJournalContract {
    protected static final Duration LEASE = JournalSettings.LEASE;
    protected static final Duration RE_EMIT_AFTER = JournalSettings.RE_EMIT_AFTER;
    protected static final String PARTITION = "orders";
    protected static final String EFFECT = "call";
    protected static final EventState.Failure FAILURE = new EventState.Failure("503", "Service Unavailable");
    protected static final RetryPolicy RETRY_IN_A_MINUTE =
            new RetryPolicy(3, Duration.ofMinutes(1), Duration.ofMinutes(1));

    @TempDir
    protected Path directory;

    protected final FakeTime time = new FakeTime(20_260_101);
    protected JournalSettings settings = JournalSettings.of(time.journalTime());
    protected EventJournal journal;

    private final JournalEngine engine;

    protected EventJournalContract(JournalEngine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void openTheJournal() {
        journal = engine.open(directory, settings);
    }

    @AfterEach
    void closeTheJournal() {
        engine.close(journal);
    }

    protected void close() {
        engine.close(journal);
    }

    protected EventJournal openAt(Path other) {
        return engine.open(other, settings);
    }

    protected void close(EventJournal other) {
        engine.close(other);
    }

    protected void reopen() {
        reopen(settings);
    }

    protected void reopen(JournalSettings with) {
        engine.close(journal);
        journal = engine.open(directory, with);
    }

    protected void letLeasesEnd() {
        time.pass(LEASE.plusMillis(1));
    }

    protected static Content content(String text) {
        return Content.of(text.getBytes(StandardCharsets.UTF_8));
    }

    protected static Content contentOf(String key) {
        return content("content of " + key);
    }

    protected static Arrival fresh(String flowFile, String key) {
        return fresh(flowFile, Envelope.of(key, PARTITION), contentOf(key));
    }

    protected static Arrival fresh(String flowFile, String key, String partition) {
        return fresh(flowFile, Envelope.of(key, partition), contentOf(key));
    }

    protected static Arrival fresh(String flowFile, Envelope envelope, Content content) {
        return new Arrival.Fresh(flowFile, envelope, content, List.of(EFFECT));
    }

    protected Admission admit(Arrival arrival) {
        List<Admission> answers = journal.admit(List.of(arrival));
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    protected Admission send(String flowFile, String key) {
        return admit(fresh(flowFile, key));
    }

    protected Carried accept(String flowFile, String key) {
        return accept(fresh(flowFile, key), key);
    }

    protected Carried accept(String flowFile, String key, String partition) {
        return accept(fresh(flowFile, key, partition), key);
    }

    protected Carried accept(Arrival arrival, String key) {
        return carried(arrival.flowFile(), key, accepted(admit(arrival)));
    }

    protected Carried acceptWithEffects(String flowFile, String key, String... effects) {
        return accept(new Arrival.Fresh(flowFile, Envelope.of(key, PARTITION), contentOf(key), List.of(effects)), key);
    }

    protected Carried carried(String flowFile, String key, Admission.Accepted accepted) {
        Token token = accepted.token();
        assertThat(token.event()).isEqualTo(accepted.event());
        assertThat(token.kind()).isEqualTo(Token.Kind.ADMISSION);
        assertThat(token.generation()).isEqualTo(accepted.generation());
        assertThat(token.attempt()).isEqualTo(accepted.attempt());
        return new Carried(flowFile, key, accepted.event(), token);
    }

    protected static Admission.Accepted accepted(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Accepted.class);
        return (Admission.Accepted) admission;
    }

    /** What JournalEvent does with a FlowFile that ReplayEvents made. */
    protected Admission arrive(String flowFile, Emission emission) {
        return admit(new Arrival.WithToken(flowFile, tokenOf(emission), emission.content()));
    }

    protected Carried acceptEmission(String flowFile, Emission emission) {
        return carried(flowFile, emission.envelope().key(), accepted(arrive(flowFile, emission)));
    }

    protected Token tokenOf(Emission emission) {
        return journal.tokens().read(emission.token().orElseThrow()).orElseThrow();
    }

    protected ClaimResult claim(Carried carried) {
        return claim(carried, EFFECT, Fragment.WHOLE, false);
    }

    protected ClaimResult claim(Carried carried, String effect, Fragment fragment, boolean idempotent) {
        return journal.claim(List.of(
                        new Claim(carried.token(), carried.flowFile(), effect, fragment, idempotent, Optional.empty())))
                .get(0);
    }

    protected void deliver(Carried carried) {
        assertThat(claim(carried)).isEqualTo(new ClaimResult.Deliver(carried.key()));
    }

    protected void deliver(Carried carried, Fragment fragment) {
        assertThat(claim(carried, EFFECT, fragment, false)).isEqualTo(new ClaimResult.Deliver(carried.key()));
    }

    protected OutcomeResult record(Outcome outcome) {
        return journal.record(List.of(outcome)).get(0);
    }

    protected OutcomeResult complete(Carried carried) {
        return complete(carried, EFFECT, Fragment.WHOLE, Optional.empty());
    }

    protected OutcomeResult complete(Carried carried, StoredResult result) {
        return complete(carried, EFFECT, Fragment.WHOLE, Optional.of(result));
    }

    protected OutcomeResult complete(Carried carried, String effect) {
        return complete(carried, effect, Fragment.WHOLE, Optional.empty());
    }

    protected OutcomeResult complete(Carried carried, Fragment fragment) {
        return complete(carried, EFFECT, fragment, Optional.empty());
    }

    protected OutcomeResult complete(Carried carried, String effect, Fragment fragment, Optional<StoredResult> result) {
        return record(new Outcome.Completed(carried.token(), carried.flowFile(), effect, fragment, result));
    }

    protected OutcomeResult fail(Carried carried, RetryPolicy policy) {
        return fail(carried, EFFECT, Fragment.WHOLE, FAILURE, policy);
    }

    protected OutcomeResult fail(
            Carried carried, String effect, Fragment fragment, EventState.Failure failure, RetryPolicy policy) {
        return record(new Outcome.Failed(carried.token(), carried.flowFile(), effect, fragment, failure, policy));
    }

    protected OutcomeResult giveUp(Carried carried) {
        return giveUp(carried, FAILURE);
    }

    protected OutcomeResult giveUp(Carried carried, EventState.Failure failure) {
        return record(new Outcome.GivenUp(carried.token(), carried.flowFile(), EFFECT, Fragment.WHOLE, failure));
    }

    protected Carried completed(String key) {
        return completed(key, PARTITION);
    }

    protected Carried completed(String key, String partition) {
        Carried carried = accept("flowfile of " + key, key, partition);
        deliver(carried);
        assertThat(complete(carried)).isInstanceOf(OutcomeResult.Recorded.class);
        return carried;
    }

    protected Carried failed(String key) {
        Carried carried = accept("flowfile of " + key, key);
        deliver(carried);
        assertThat(fail(carried, RETRY_IN_A_MINUTE)).isInstanceOf(OutcomeResult.Recorded.class);
        return carried;
    }

    protected Carried deadLetter(String key) {
        return deadLetter(key, PARTITION);
    }

    protected Carried deadLetter(String key, String partition) {
        Carried carried = accept("flowfile of " + key, key, partition);
        deliver(carried);
        assertThat(giveUp(carried)).isInstanceOf(OutcomeResult.Recorded.class);
        return carried;
    }

    protected EventView view(String key) {
        return journal.findByKey(key).orElseThrow();
    }

    protected EventState state(String key) {
        return view(key).state();
    }

    protected List<String> scan(Selector selector) {
        List<String> keys = new ArrayList<>();
        journal.scan(selector, view -> keys.add(view.envelope().key()));
        return keys;
    }

    protected Checkpoint checkpoint(String partition) {
        return journal.checkpoints().stream()
                .filter(checkpoint -> checkpoint.partition().equals(partition))
                .findFirst()
                .orElseThrow();
    }

    /** What the outbox has to tell. */
    final List<Notice> notices() {
        var outbox = journal.outbox().orElseThrow();
        return outbox.pending(outbox.last(), Integer.MAX_VALUE);
    }

    /** The changes of a governed job: before, after, on whose word, approver. */
    final List<String> transitions(String id) {
        return notices().stream()
                .map(Notice::happening)
                .filter(Happening.JobChanged.class::isInstance)
                .map(Happening.JobChanged.class::cast)
                .filter(change -> change.job().equals(id))
                .map(change -> change.before().orElse("") + " " + change.after() + " "
                        + change.requester().orElse("") + " "
                        + change.governed().orElseThrow().approver().orElse("-"))
                .toList();
    }
}
