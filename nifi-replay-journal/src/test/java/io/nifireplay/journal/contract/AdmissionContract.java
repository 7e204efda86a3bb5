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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Admission.AcceptReason;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.testing.Envelopes;
import io.nifireplay.journal.testing.GeneratedContent;
import io.nifireplay.journal.testing.Hashes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions, owners, leases, duplicates, conflicts and tokens. */
public abstract class AdmissionContract extends EventJournalContract {
    protected AdmissionContract(JournalEngine engine) {
        super(engine);
    }

    @Test
    void givesPositionsThatRiseByOneInEachPartition() {
        List<Admission> answers = journal.admit(List.of(
                fresh("f1", "a1", "a"),
                fresh("f2", "b1", "b"),
                fresh("f3", "a2", "a"),
                fresh("f4", "a3", "a"),
                fresh("f5", "b2", "b")));

        assertThat(answers)
                .extracting(answer -> accepted(answer).event())
                .containsExactly(
                        new EventRef("a", 1),
                        new EventRef("b", 1),
                        new EventRef("a", 2),
                        new EventRef("a", 3),
                        new EventRef("b", 2));
    }

    @Test
    void neverGivesAPositionAgainAfterReopening() {
        accept("f1", "a1", "a");
        accept("f2", "a2", "a");
        reopen();

        assertThat(accept("f3", "a3", "a").event()).isEqualTo(new EventRef("a", 3));
        assertThat(accept("f4", "b1", "b").event()).isEqualTo(new EventRef("b", 1));
    }

    @Test
    void aDuplicateOrAConflictTakesNoPosition() {
        accept("f1", "a");
        send("f2", "a");
        admit(fresh("f3", Envelope.of("a", PARTITION), content("other")));

        assertThat(accept("f4", "b").event().position()).isEqualTo(2);
    }

    @Test
    void theKeyIsUniqueInTheJournalAndNotInAPartitionOnly() {
        Carried first = accept("f1", "key", "a");

        Admission second = admit(fresh("f2", Envelope.of("key", "b"), contentOf("key")));

        assertThat(second)
                .isInstanceOfSatisfying(
                        Admission.InFlight.class,
                        inFlight -> assertThat(inFlight.event()).isEqualTo(first.event()));
        assertThat(accept("f3", "other", "b").event().position()).isEqualTo(1);
    }

    @Test
    void keepsAllOfTheEnvelope() {
        Envelope envelope = Envelopes.complete(
                "clé/\uD83D\uDE80",
                "partition ß",
                time.now().minusSeconds(5),
                42,
                Map.of("a", "1", "empty", "", "ü", "€"));
        Carried carried = accept(fresh("f1", envelope, content("x")), envelope.key());
        reopen();

        EventView view = journal.find(carried.event()).orElseThrow();
        assertThat(view.envelope()).isEqualTo(envelope);
        assertThat(view.ref()).isEqualTo(new EventRef("partition ß", 1));
        assertThat(view.contentSize()).isEqualTo(1);
        assertThat(view.contentHash()).isEqualTo(Hashes.sha256(content("x")));
        assertThat(view.contentInJournal()).isTrue();
        assertThat(journal.findByKey(envelope.key())).contains(view);
    }

    @Test
    void keepsTimesToTheNanosecondOrAtLeastTheMillisecond() {
        accept(fresh("f1", Envelopes.withTime("a", PARTITION, time.now().plusMillis(123)), content("x")), "a");

        assertThat(view("a").envelope().time()).contains(time.now().plusMillis(123));
    }

    @Test
    void takesKeysAndPartitionsUpToTheirBounds() {
        String key = "k".repeat(Envelope.MAX_KEY_BYTES);
        String partition = "p".repeat(Envelope.MAX_NAME_BYTES);
        Carried carried = accept(fresh("f1", Envelope.of(key, partition), content("x")), key);
        accept(fresh("f2", Envelope.of(key.substring(1), partition.substring(1)), content("x")), key);

        assertThat(journal.findByKey(key).orElseThrow().ref()).isEqualTo(carried.event());
        assertThat(journal.find(carried.event()).orElseThrow().envelope().key()).isEqualTo(key);
    }

    @Test
    void keepsPartitionsApartWhoseNamesBeginAlike() {
        List<String> names = List.of("a", "ab", "a ", "a/b", "a/", "é", "aé");
        names.forEach(name -> accept("f " + name, "key " + name, name));
        names.forEach(name -> accept("g " + name, "2nd " + name, name));

        for (String name : names) {
            assertThat(journal.find(new EventRef(name, 1))
                            .orElseThrow()
                            .envelope()
                            .key())
                    .isEqualTo("key " + name);
            assertThat(checkpoint(name).head()).isEqualTo(2);
        }
    }

    @Test
    void findsNothingWhereNothingIs() {
        accept("f1", "a");

        assertThat(journal.find(new EventRef(PARTITION, 2))).isEmpty();
        assertThat(journal.find(new EventRef("another", 1))).isEmpty();
        assertThat(journal.findByKey("b")).isEmpty();
        assertThat(journal.content(new EventRef(PARTITION, 2))).isEmpty();
    }

    @Test
    void anEmptyBatchHasNoAnswers() {
        assertThat(journal.admit(List.of())).isEmpty();
        assertThat(journal.claim(List.of())).isEmpty();
        assertThat(journal.record(List.of())).isEmpty();
    }

    @Test
    void aFirstAdmissionIsInFlight() {
        Carried carried = accept("f1", "a");

        EventState state = state("a");
        assertThat(state.status()).isEqualTo(Status.IN_FLIGHT);
        assertThat(state.generation()).isEqualTo(1);
        assertThat(state.attempt()).isEqualTo(1);
        assertThat(state.failures()).isZero();
        assertThat(state.owner()).isEqualTo("f1");
        assertThat(state.admittedMillis()).isEqualTo(time.now().toEpochMilli());
        assertThat(state.effects())
                .singleElement()
                .satisfies(effect -> assertThat(effect.name()).isEqualTo(EFFECT));
        assertThat(carried.attempt()).isEqualTo(1);
    }

    @Test
    void admitsTheSameFlowFileAgainAfterACrashBetweenJournalAndSession() {
        Carried first = accept("f1", "a");
        reopen();

        Admission.Accepted again = accepted(send("f1", "a"));
        assertThat(again.event()).isEqualTo(first.event());
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.reason()).isEqualTo(AcceptReason.SAME_FLOWFILE);
        assertThat(again.token()).isEqualTo(first.token());
        assertThat(checkpoint(PARTITION).head()).isEqualTo(1);
    }

    @Test
    void admitsTheSameFlowFileAgainWhenItsLeaseHasEnded() {
        accept("f1", "a");
        letLeasesEnd();

        assertThat(accepted(send("f1", "a")).attempt()).isEqualTo(1);
        assertThat(send("f2", "a")).as("the lease begins anew").isInstanceOf(Admission.InFlight.class);
    }

    @Test
    void admitsAFlowFileAgainThatComesBackWithItsOwnToken() {
        Carried carried = accept("f1", "a");

        Admission again = admit(new Arrival.WithToken("f1", carried.token(), contentOf("a")));

        assertThat(accepted(again).attempt()).isEqualTo(1);
        assertThat(accepted(again).event()).isEqualTo(carried.event());
    }

    @Test
    void aRepeatedAdmissionInTheSameBatchIsTheSame() {
        List<Admission> answers = journal.admit(List.of(fresh("f1", "a"), fresh("f1", "a")));

        assertThat(accepted(answers.get(0)).attempt()).isEqualTo(1);
        assertThat(accepted(answers.get(1)).attempt()).isEqualTo(1);
        assertThat(accepted(answers.get(1)).event())
                .isEqualTo(accepted(answers.get(0)).event());
        assertThat(checkpoint(PARTITION).head()).isEqualTo(1);
    }

    @Test
    void decidesInTheOrderOfTheBatch() {
        List<Admission> answers = journal.admit(List.of(
                fresh("f1", "a"),
                fresh("f2", "a"),
                fresh("f3", Envelope.of("a", PARTITION), content("other")),
                fresh("f4", "b")));

        assertThat(answers.get(0)).isInstanceOf(Admission.Accepted.class);
        assertThat(answers.get(1)).isInstanceOf(Admission.InFlight.class);
        assertThat(answers.get(2)).isInstanceOf(Admission.Conflict.class);
        assertThat(accepted(answers.get(3)).event().position()).isEqualTo(2);
        assertThat(state("a").owner()).isEqualTo("f1");
        assertThat(state("a").conflicts()).isEqualTo(1);
    }

    @Test
    void admitsALargeBatch() {
        List<Arrival> arrivals = IntStream.range(0, 5_000)
                .mapToObj(i -> fresh("f" + i, "key " + i, "p" + i % 3))
                .toList();

        List<Admission> answers = journal.admit(arrivals);

        assertThat(answers).hasSize(5_000);
        for (int i = 0; i < 5_000; i++) {
            assertThat(accepted(answers.get(i)).event()).isEqualTo(new EventRef("p" + i % 3, i / 3 + 1));
        }
    }

    @Test
    void turnsAnotherFlowFileAwayWhileTheLeaseRuns() {
        Carried first = accept("f1", "a");
        time.pass(LEASE.minusMillis(1));

        assertThat(send("f2", "a")).isInstanceOfSatisfying(Admission.InFlight.class, inFlight -> {
            assertThat(inFlight.event()).isEqualTo(first.event());
            assertThat(inFlight.reason()).isNotBlank();
        });
        assertThat(state("a").owner()).isEqualTo("f1");
    }

    @Test
    void anotherFlowFileTakesOverWhenTheLeaseHasEnded() {
        accept("f1", "a");
        letLeasesEnd();

        Admission.Accepted takeover = accepted(send("f2", "a"));

        assertThat(takeover.reason()).isEqualTo(AcceptReason.TAKEOVER);
        assertThat(takeover.attempt()).isEqualTo(2);
        assertThat(takeover.event().position()).isEqualTo(1);
        EventState state = state("a");
        assertThat(state.owner()).isEqualTo("f2");
        assertThat(state.failures()).as("the retry budget is untouched").isZero();
        assertThat(send("f3", "a")).isInstanceOf(Admission.InFlight.class);
    }

    @Test
    void theFirstOwnerIsAStrangerAfterATakeover() {
        accept("f1", "a");
        letLeasesEnd();
        accept("f2", "a");

        assertThat(send("f1", "a")).isInstanceOf(Admission.InFlight.class);
        assertThat(state("a").owner()).isEqualTo("f2");
    }

    @Test
    void anAdmissionTokenOfAnOlderAttemptDoesNotStealTheEvent() {
        Carried first = accept("f1", "a");
        letLeasesEnd();
        accept("f2", "a");

        assertThat(admit(new Arrival.WithToken("f1", first.token(), contentOf("a"))))
                .isNotInstanceOf(Admission.Accepted.class);
        assertThat(state("a").owner()).isEqualTo("f2");
    }

    @Test
    void leaseTimeStopsWhileTheJournalIsClosed() {
        accept("f1", "a");
        time.pass(LEASE.dividedBy(2));
        close();
        time.pass(LEASE.multipliedBy(10));
        journal = openAt(directory);

        assertThat(send("f2", "a")).isInstanceOf(Admission.InFlight.class);
        time.pass(LEASE.dividedBy(2));
        assertThat(send("f2", "a")).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void answersADuplicateWithTheStoredResult() {
        Carried carried = accept("f1", "a");
        deliver(carried);
        complete(carried, new StoredResult(Map.of("status", "201", "leer", ""), bytes("the answer")));
        reopen();

        Admission.Duplicate duplicate = (Admission.Duplicate) send("f2", "a");

        assertThat(duplicate.event()).isEqualTo(carried.event());
        assertThat(duplicate.result()).hasValueSatisfying(result -> {
            assertThat(result.attributes()).isEqualTo(Map.of("status", "201", "leer", ""));
            assertThat(result.content()).asString(StandardCharsets.UTF_8).isEqualTo("the answer");
        });
    }

    @Test
    void answersADuplicateWithoutAResultWhenNoneWasStored() {
        completed("a");

        assertThat(((Admission.Duplicate) send("f2", "a")).result()).isEmpty();
        assertThat(((Admission.Duplicate) send("flowfile of a", "a")).result())
                .as("for its former owner too")
                .isEmpty();
    }

    @Test
    void manyDuplicatesInOneBatchEachGetTheResult() {
        Carried carried = accept("f1", "a");
        complete(carried, new StoredResult(Map.of("status", "200"), bytes("yes")));

        assertThat(journal.admit(List.of(fresh("f2", "a"), fresh("f3", "a"), fresh("f4", "a"))))
                .allSatisfy(answer ->
                        assertThat(((Admission.Duplicate) answer).result()).isPresent());
    }

    @Test
    void otherContentWithTheSameKeyIsAConflictInEveryState() {
        accept("f1", "in flight");
        deliver(accept("f2", "delivering"));
        completed("completed");
        failed("failed");
        deadLetter("dead letter");

        for (String key : List.of("in flight", "delivering", "completed", "failed", "dead letter")) {
            EventState before = state(key);
            for (String flowFile : List.of("stranger", before.owner())) {
                Admission answer = admit(fresh(flowFile, Envelope.of(key, PARTITION), content("other content")));
                assertThat(answer).as(key).isInstanceOfSatisfying(Admission.Conflict.class, conflict -> {
                    assertThat(conflict.event()).isEqualTo(view(key).ref());
                    assertThat(conflict.reason()).isNotBlank();
                });
            }
            EventState after = state(key);
            assertThat(after.conflicts()).as(key).isEqualTo(2);
            assertThat(after.status()).isEqualTo(before.status());
            assertThat(after.owner()).isEqualTo(before.owner());
            assertThat(after.attempt()).isEqualTo(before.attempt());
            assertThat(journal.content(view(key).ref()))
                    .hasValueSatisfying(
                            content -> assertThat(Hashes.sha256(content)).isEqualTo(Hashes.sha256(contentOf(key))));
        }
    }

    @Test
    void contentOfTheSameSizeThatDiffersInItsLastByteIsAConflict() {
        byte[] bytes = new byte[1_000_000];
        accept(fresh("f1", Envelope.of("a", PARTITION), Content.of(bytes)), "a");
        byte[] other = bytes.clone();
        other[other.length - 1] = 1;

        assertThat(admit(fresh("f2", Envelope.of("a", PARTITION), Content.of(other))))
                .isInstanceOf(Admission.Conflict.class);
    }

    @Test
    void aFailedEventThatIsSentAnewIsTheNextAttempt() {
        failed("a");

        Admission.Accepted again = accepted(send("f2", "a"));

        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.reason()).isEqualTo(AcceptReason.RETRY);
        assertThat(state("a").status()).isEqualTo(Status.IN_FLIGHT);
        assertThat(state("a").failures()).isEqualTo(1);
        time.pass(Duration.ofHours(1));
        assertThat(journal.emit(10)).as("its retry is no longer due").isEmpty();
    }

    @Test
    void aDeadLetterStaysOneWhenItIsSentAnew() {
        Carried carried = deadLetter("a");

        for (String flowFile : List.of("f2", carried.flowFile())) {
            assertThat(send(flowFile, "a")).isInstanceOfSatisfying(Admission.DeadLetter.class, answer -> {
                assertThat(answer.event()).isEqualTo(carried.event());
                assertThat(answer.reason()).isNotBlank();
            });
        }
        assertThat(state("a").status()).isEqualTo(Status.DEAD_LETTER);
    }

    @Test
    void rejectsATokenWhoseEventIsUnknown() {
        Carried carried = accept("f1", "a");
        for (Token.Kind kind : Token.Kind.values()) {
            Token nowhere = new Token(kind, new EventRef(PARTITION, 99), 1, 1, 0);
            assertThat(admit(new Arrival.WithToken("f9", nowhere, contentOf("a"))))
                    .as("%s", kind)
                    .isInstanceOf(Admission.Rejected.class);
        }
        Token future = new Token(Token.Kind.ADMISSION, carried.event(), 1, 7, 0);
        assertThat(admit(new Arrival.WithToken("f9", future, contentOf("a"))))
                .as("an attempt that was not given")
                .isNotInstanceOf(Admission.Accepted.class);
    }

    @Test
    void rejectsAJobThatThereIsNot() {
        Carried carried = failed("a");
        Token token = new Token(Token.Kind.JOB, carried.event(), 1, 1, 77);

        assertThat(admit(new Arrival.WithToken("f9", token, contentOf("a")))).isInstanceOf(Admission.Rejected.class);
        assertThat(state("a").status()).isEqualTo(Status.FAILED);
    }

    @Test
    void anotherJournalGivesOtherTokensAndAnotherIdentity(@TempDir Path elsewhere) {
        String token = journal.tokens().write(accepted(send("f1", "a")).token());
        var other = openAt(elsewhere);
        try {
            String others = other.tokens()
                    .write(accepted(other.admit(List.of(fresh("f1", "a"))).get(0))
                            .token());

            assertThat(other.id()).isNotEqualTo(journal.id());
            assertThat(journal.tokens().read(others)).isEmpty();
            assertThat(other.tokens().read(token)).isEmpty();
            assertThat(journal.tokens().read(token)).isPresent();
        } finally {
            close(other);
        }
    }

    @Test
    void keepsItsIdentityAndSecretForItsLife() {
        var id = journal.id();
        String token = journal.tokens().write(accepted(send("f1", "a")).token());
        reopen();

        assertThat(journal.id()).isEqualTo(id);
        assertThat(journal.tokens().read(token)).isPresent();
    }

    @Test
    void aTokenThatWasChangedOrCutReadsAsNothing() {
        String token = journal.tokens().write(accepted(send("f1", "a")).token());
        Token genuine = journal.tokens().read(token).orElseThrow();

        for (int i = 0; i < token.length(); i++) {
            for (char replacement : new char[] {'A', 'z', '_', '=', ' ', 'é'}) {
                String forged = token.substring(0, i) + replacement + token.substring(i + 1);
                // The last character of base64 has bits that no byte takes: those do not count.
                journal.tokens().read(forged).ifPresent(read -> assertThat(read).isEqualTo(genuine));
                if (i < token.length() - 1 && !forged.equals(token)) {
                    assertThat(journal.tokens().read(forged)).as(forged).isEmpty();
                }
            }
            assertThat(journal.tokens().read(token.substring(0, i))).isEmpty();
            assertThat(journal.tokens().read(token.substring(i + 1))).isEmpty();
        }
        for (String text : List.of("", " ", "A", "no token", token + "A", token + token, "A".repeat(10_000))) {
            assertThat(journal.tokens().read(text)).as(text).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 100_000, 5_000_000})
    void aContentThatCannotBeReadHoldsNoOtherUp(long size) {
        List<Admission> answers = journal.admit(
                List.of(fresh("f1", "a"), fresh("f2", Envelope.of("b", PARTITION), broken(size)), fresh("f3", "c")));

        assertThat(accepted(answers.get(0)).event().position()).isEqualTo(1);
        assertThat(answers.get(1))
                .isInstanceOfSatisfying(
                        Admission.Unreadable.class,
                        unreadable -> assertThat(unreadable.reason()).contains("the claim is damaged"));
        assertThat(accepted(answers.get(2)).event().position()).isEqualTo(2);
        assertThat(journal.findByKey("b")).isEmpty();
        assertThat(accept(fresh("f4", Envelope.of("b", PARTITION), new GeneratedContent(7, size)), "b")
                        .event()
                        .position())
                .as("whole, and sent again")
                .isEqualTo(3);
    }

    @Test
    void aReplayedContentThatCannotBeReadChangesNothing() {
        failed("a");
        time.pass(Duration.ofMinutes(1));
        Emission emission = journal.emit(1).get(0);
        EventState before = state("a");

        assertThat(admit(new Arrival.WithToken("f2", tokenOf(emission), broken(10))))
                .isInstanceOf(Admission.Unreadable.class);
        assertThat(state("a")).isEqualTo(before);
        assertThat(arrive("f3", emission)).isInstanceOf(Admission.Accepted.class);
    }

    /** It fails in the middle. */
    private static Content broken(long size) {
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                InputStream half = new ByteArrayInputStream(new byte[Math.toIntExact(size / 2)]);
                return new SequenceInputStream(half, new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the claim is damaged");
                    }
                });
            }
        };
    }

    @Test
    void contentThatEndsEarlyOrLateAdmitsNothing() {
        for (int real : List.of(0, 9, 11, 200_000)) {
            for (int claimed : List.of(10, 100_000)) {
                Content wrong = new Content() {
                    @Override
                    public long size() {
                        return claimed;
                    }

                    @Override
                    public InputStream open() {
                        return new ByteArrayInputStream(new byte[real]);
                    }
                };
                assertThat(admit(fresh("f1", Envelope.of("b", PARTITION), wrong)))
                        .as("%d bytes that say they are %d", real, claimed)
                        .isInstanceOf(Admission.Unreadable.class);
                assertThat(journal.findByKey("b")).isEmpty();
            }
        }
        assertThat(accept("f1", "a").event().position()).isEqualTo(1);
    }

    @Test
    void everyMethodOfAClosedJournalSaysThatItIsClosed() {
        EventRef ref = accept("f1", "a").event();
        close();

        List<Runnable> calls = new ArrayList<>();
        calls.add(() -> send("f2", "b"));
        calls.add(() -> journal.find(ref));
        calls.add(() -> journal.findByKey("a"));
        calls.add(() -> journal.content(ref));
        calls.add(() -> journal.emit(1));
        calls.add(journal::expire);
        calls.add(journal::jobs);
        calls.add(journal::checkpoints);
        calls.add(journal::statistics);
        calls.add(() -> journal.takeRecoveryPoint("x"));
        for (Runnable call : calls) {
            assertThatThrownBy(call::run).isInstanceOf(JournalException.class).hasMessageContaining("closed");
        }
        journal = openAt(directory);
        assertThat(journal.find(ref)).isPresent();
    }

    @Test
    void countsWhatItDid() {
        long commits = journal.statistics().commits();
        accept("f1", "a");
        send("f2", "a");

        assertThat(journal.statistics().admitted()).isEqualTo(1);
        assertThat(journal.statistics().commits()).isGreaterThan(commits);
        assertThat(journal.statistics().diskBytes()).isPositive();
    }

    @Test
    void aTakeoverAfterAFailureKeepsTheBudget() {
        Carried first = accept("f1", "a");
        fail(first, new RetryPolicy(5, Duration.ZERO, Duration.ZERO));
        accept("f2", "a");
        letLeasesEnd();
        Carried third = accept("f3", "a");

        assertThat(third.attempt()).isEqualTo(3);
        assertThat(state("a").failures()).isEqualTo(1);
        assertThat(state("a").error()).as("for people").isEqualTo(Optional.of(FAILURE));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
