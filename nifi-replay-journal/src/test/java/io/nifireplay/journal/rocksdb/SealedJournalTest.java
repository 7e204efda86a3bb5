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
package io.nifireplay.journal.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.ProvenanceLink;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.outbox.Notice;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.Keyrings;
import io.nifireplay.journal.testing.MarkerSearch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A journal whose rows are sealed, and who may open it. */
class SealedJournalTest {
    private static final String MARKER = "Xq7MARKERv3";
    private static final int LARGE = 3_000_000;

    @TempDir
    Path base;

    private RocksDBOptions options() {
        return RocksDBOptions.defaults(base.resolve("journal")).withBlockCacheBytes(8 << 20);
    }

    private RocksDBJournal open(Keyring keyring) {
        return RocksDBJournal.openSealed(options(), () -> keyring);
    }

    @Test
    void nothingOfAnEventLiesReadableInItsFiles() throws IOException {
        try (RocksDBJournal journal = open(Keyrings.of("k1"))) {
            plantMarkers(journal);
        }
        assertThat(MarkerSearch.hits(base, MARKER)).isEmpty();
        try (RawRows rows = new RawRows(options().directory())) {
            rows.flush();
        }
        assertThat(MarkerSearch.hits(base, MARKER)).isEmpty();

        try (RocksDBJournal journal = open(Keyrings.of("k1"))) {
            assertHoldsMarkers(journal);
        }
    }

    @Test
    void theSameSearchFindsTheMarkerInAPlainJournal() throws IOException {
        try (RocksDBJournal journal = RocksDBJournal.open(options())) {
            plantMarkers(journal);
        }

        Map<Path, Integer> hits = MarkerSearch.hits(base, MARKER);

        // Key, partition, id, source, type, attribute, contents, error, result, job, recovery point.
        assertThat(hits.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThan(10);
    }

    @Test
    void doesNotOpenWithAnotherKeyOfTheSameId() {
        open(Keyrings.of("k1")).close();

        assertThatThrownBy(() -> open(Keyrings.stranger("k1")))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("does not open with its keyring")
                .hasMessageContaining("k1");
        open(Keyrings.of("k1")).close();
    }

    @Test
    void doesNotOpenWithoutTheKeyAndNamesIt() {
        open(Keyrings.of("k1")).close();

        assertThatThrownBy(() -> open(Keyrings.of("k2")))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("k1")
                .hasMessageContaining("Add that key to the key store again");
    }

    @Test
    void doesNotOpenWithoutAKeyring() {
        open(Keyrings.of("k1")).close();

        assertThatThrownBy(() -> RocksDBJournal.open(options()))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("is sealed");
    }

    @Test
    void doesNotTakeAPlainJournalForASealedOne() {
        RocksDBJournal.open(options()).close();

        assertThatThrownBy(() -> open(Keyrings.of("k1")))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("made without a keyring");
    }

    @Test
    void goesOverToANewKeyWhileItIsOpenAndOpensWhatWasSealedBefore() {
        AtomicReference<Keyring> keyring = new AtomicReference<>(Keyrings.of("k1"));
        try (RocksDBJournal journal = RocksDBJournal.openSealed(options(), keyring::get)) {
            admit(journal, "before", "one");
            keyring.set(Keyrings.of("k2", "k1"));
            journal.renewSeal();
            admit(journal, "after", "two");
            assertContent(journal, "before", "one");
            assertContent(journal, "after", "two");
        }

        assertThatThrownBy(() -> open(Keyrings.of("k1")))
                .as("the new key is needed, so it was used")
                .hasMessageContaining("k2");
        assertThatThrownBy(() -> open(Keyrings.of("k2"))).hasMessageContaining("k1");
        try (RocksDBJournal journal = open(Keyrings.of("k2", "k1"))) {
            assertContent(journal, "before", "one");
            assertContent(journal, "after", "two");
        }
    }

    @Test
    void staysWithItsKeyWhenTheNewKeyringLacksOneThatIsNeeded() {
        AtomicReference<Keyring> keyring = new AtomicReference<>(Keyrings.of("k1"));
        try (RocksDBJournal journal = RocksDBJournal.openSealed(options(), keyring::get)) {
            admit(journal, "before", "one");
            keyring.set(Keyrings.of("k2"));

            assertThatThrownBy(journal::renewSeal)
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("k1");

            admit(journal, "after", "two");
            assertContent(journal, "before", "one");
            assertContent(journal, "after", "two");
        }
        open(Keyrings.of("k1")).close();
    }

    @Test
    void notesThatItIsSealedWithAnotherKey() {
        RocksDBOptions noted = options().withOutbox(true);
        AtomicReference<Keyring> keyring = new AtomicReference<>(Keyrings.of("k1"));
        try (RocksDBJournal journal = RocksDBJournal.openSealed(noted, keyring::get)) {
            assertThat(journal.outbox().orElseThrow().last()).isZero();
            keyring.set(Keyrings.of("k2", "k1"));
            journal.renewSeal();
            journal.renewSeal();
        }
        RocksDBJournal.openSealed(noted, keyring::get).close();
        keyring.set(Keyrings.of("k3", "k2", "k1"));
        try (RocksDBJournal journal = RocksDBJournal.openSealed(noted, keyring::get)) {
            assertThat(journal.outbox().orElseThrow().pending(9, 9))
                    .extracting(Notice::happening)
                    .containsExactly(new Happening.SealingKeyRotated("k2"), new Happening.SealingKeyRotated("k3"));
        }
    }

    @Test
    void notesThatChangesWereMadeWithoutAnOutbox() {
        RocksDBOptions noted = options().withOutbox(true);
        RocksDBJournal.openSealed(noted, () -> Keyrings.of("k1")).close();
        try (RocksDBJournal journal = open(Keyrings.of("k1"))) {
            admit(journal, "a", "one");
            assertThat(journal.outbox()).isEmpty();
        }
        open(Keyrings.of("k1")).close();
        try (RocksDBJournal journal = RocksDBJournal.openSealed(noted, () -> Keyrings.of("k1"))) {
            assertThat(journal.outbox().orElseThrow().pending(9, 9))
                    .singleElement()
                    .satisfies(notice -> assertThat(notice.happening()).isInstanceOf(Happening.Interrupted.class));
        }
        try (RocksDBJournal journal = RocksDBJournal.openSealed(noted, () -> Keyrings.of("k1"))) {
            assertThat(journal.outbox().orElseThrow().last()).as("once").isEqualTo(1);
        }
    }

    @Test
    void renewsNothingWhileTheActiveKeyIsTheSame() throws IOException {
        try (RocksDBJournal journal = open(Keyrings.of("k1"))) {
            long commits = journal.statistics().commits();
            journal.renewSeal();
            assertThat(journal.statistics().commits()).isEqualTo(commits);
        }
        try (RocksDBJournal journal = RocksDBJournal.open(options().withDirectory(base.resolve("plain")))) {
            journal.renewSeal();
            assertThat(journal.statistics().commits()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Table.class,
            names = {"EVENTS", "OPEN", "KEYS"})
    void refusesRowsThatWereExchanged(Table table) {
        try (RocksDBJournal journal = open(Keyrings.of("k1"))) {
            admit(journal, "a", "one");
            admit(journal, "b", "two");
        }
        try (RawRows rows = new RawRows(options().directory())) {
            rows.swapFirstTwo(table);
        }

        try (RocksDBJournal journal = open(Keyrings.of("k1"))) {
            assertThatThrownBy(() -> {
                        admit(journal, "a", "one");
                        assertContent(journal, "a", "one");
                    })
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("Restore the directory from a backup");
        }
    }

    @Test
    void anotherServiceSharesAnOpenJournalOnlyWithItsKey() {
        try (SharedJournals.Lease first = SharedJournals.acquire(options(), Optional.of(() -> Keyrings.of("k1")))) {
            admit(first.journal(), "a", "one");

            assertThatThrownBy(() -> SharedJournals.acquire(options(), Optional.of(() -> Keyrings.stranger("k1"))))
                    .isInstanceOf(JournalException.class);
            assertThatThrownBy(() -> SharedJournals.acquire(options())).isInstanceOf(JournalException.class);
            try (SharedJournals.Lease second =
                    SharedJournals.acquire(options(), Optional.of(() -> Keyrings.of("k2", "k1")))) {
                assertContent(second.journal(), "a", "one");
            }
        }
    }

    private static void plantMarkers(RocksDBJournal journal) {
        for (String key : List.of("small", "large")) {
            Envelope envelope = new Envelope(
                    MARKER + " key " + key,
                    MARKER + " partition",
                    Optional.of(MARKER + " id"),
                    Optional.of(MARKER + " source"),
                    Optional.of(MARKER + " type"),
                    Optional.empty(),
                    OptionalLong.of(key.length()),
                    Map.of(MARKER + " name", MARKER + " value"),
                    ProvenanceLink.NONE);
            Token token = admit(journal, "f " + key, envelope, markedContent(key));
            if (key.equals("small")) {
                journal.record(List.of(new Outcome.Completed(
                        token,
                        "f " + key,
                        "call",
                        Fragment.WHOLE,
                        Optional.of(new StoredResult(
                                Map.of("answer", MARKER), MARKER.getBytes(StandardCharsets.US_ASCII))))));
            } else {
                journal.record(List.of(new Outcome.Failed(
                        token,
                        "f " + key,
                        "call",
                        Fragment.WHOLE,
                        new EventState.Failure(MARKER + " error", MARKER + " message"),
                        new RetryPolicy(3, Duration.ofHours(1), Duration.ofHours(1)))));
            }
        }
        journal.takeRecoveryPoint(MARKER + " point");
        journal.open(new ReplayRequest(
                MARKER + "-job",
                Selector.ALL,
                ReplayMode.MISSED_ONLY,
                false,
                Limits.NONE,
                MARKER + " reason",
                MARKER + " requester"));
    }

    private static byte[] markedContent(String key) {
        String text = MARKER + " content ";
        return (key.equals("large") ? text.repeat(LARGE / text.length()) : text).getBytes(StandardCharsets.US_ASCII);
    }

    private static void assertHoldsMarkers(RocksDBJournal journal) {
        for (String key : List.of("small", "large")) {
            EventView view = journal.findByKey(MARKER + " key " + key).orElseThrow();
            assertThat(view.envelope().attributes()).containsEntry(MARKER + " name", MARKER + " value");
            assertThat(bytes(journal, view)).isEqualTo(markedContent(key));
        }
        assertThat(journal.recoveryPoints()).extracting(point -> point.name()).containsExactly(MARKER + " point");
        assertThat(journal.checkpoints()).extracting(point -> point.partition()).containsExactly(MARKER + " partition");
        assertThat(journal.job(MARKER + "-job")).isPresent();
    }

    private static void admit(EventJournal journal, String key, String content) {
        admit(journal, "f " + key, Envelope.of(key, "p"), content.getBytes(StandardCharsets.UTF_8));
    }

    private static Token admit(EventJournal journal, String flowFile, Envelope envelope, byte[] content) {
        Arrival arrival = new Arrival.Fresh(flowFile, envelope, Content.of(content), List.of("call"));
        return ((Admission.Accepted) journal.admit(List.of(arrival)).getFirst()).token();
    }

    private static void assertContent(EventJournal journal, String key, String content) {
        EventView view = journal.findByKey(key).orElseThrow();
        assertThat(bytes(journal, view)).isEqualTo(content.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(EventJournal journal, EventView view) {
        try (var in = journal.content(view.ref()).orElseThrow().open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
