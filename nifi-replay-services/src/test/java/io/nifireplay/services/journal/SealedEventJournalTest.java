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
package io.nifireplay.services.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.services.keyring.KeyStoreKeyring;
import io.nifireplay.services.testing.KeyStores;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal's service with a keyring from a key store. */
class SealedEventJournalTest {
    private static final String MARKER = "Xq7MARKERv3";

    @TempDir
    private Path folder;

    private Path keys;
    private Path directory;
    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final KeyStoreKeyring keyring = new KeyStoreKeyring();
    private final RocksDBEventJournal journal = new RocksDBEventJournal();

    @BeforeEach
    void setUp() throws Exception {
        keys = KeyStores.create(folder.resolve("keys.p12"), "2026-01");
        directory = folder.resolve("event_journal");
        addKeyring("keyring", keyring, keys);
        runner.addControllerService("journal", journal);
        runner.setProperty(journal, RocksDBEventJournal.DIRECTORY, directory.toString());
        runner.setProperty(journal, RocksDBEventJournal.KEYRING, "keyring");
    }

    @Test
    void keepsNothingReadableAndOpensAgain() throws IOException {
        runner.enableControllerService(keyring);
        runner.enableControllerService(journal);
        admit("one");
        runner.disableControllerService(journal);

        assertThat(filesWithTheMarker()).isEmpty();
        runner.assertValid(journal);
        runner.enableControllerService(journal);
        assertThat(content("one")).isEqualTo(MARKER + "one");
        runner.disableControllerService(journal);
    }

    @Test
    void isInvalidBeforeItsStartWithAnotherKeyOfTheSameId() throws Exception {
        makeAJournal();
        Path others = KeyStores.create(folder.resolve("others.p12"), "2026-01");
        KeyStoreKeyring wrong = new KeyStoreKeyring();
        addKeyring("wrong", wrong, others);
        runner.enableControllerService(wrong);

        runner.setProperty(journal, RocksDBEventJournal.KEYRING, "wrong");

        assertInvalid("does not open with its keyring");
        runner.setProperty(journal, RocksDBEventJournal.KEYRING, "keyring");
        runner.assertValid(journal);
    }

    @Test
    void isInvalidBeforeItsStartWithoutTheKey() throws Exception {
        makeAJournal();
        Path others = KeyStores.create(folder.resolve("others.p12"), "2026-02");
        KeyStoreKeyring wrong = new KeyStoreKeyring();
        addKeyring("wrong", wrong, others);
        runner.enableControllerService(wrong);

        runner.setProperty(journal, RocksDBEventJournal.KEYRING, "wrong");

        assertInvalid("'2026-01', which the keyring does not have");
    }

    @Test
    void isInvalidBeforeItsStartWithoutAKeyring() throws Exception {
        makeAJournal();
        runner.removeProperty(journal, RocksDBEventJournal.KEYRING);

        assertInvalid("is sealed");
    }

    @Test
    void goesOverToAKeyThatIsAddedToTheFileWhileItIsEnabled() throws Exception {
        KeyStoreFile store = KeyStoreFile.at(keys, KeyStoreType.PKCS12);
        Keyring before = store.readNewest(KeyStores.PASSWORD.toCharArray());
        runner.enableControllerService(keyring);
        runner.enableControllerService(journal);
        admit("one");

        KeyStores.add(keys, "2026-02");

        Awaitility.await()
                .untilAsserted(
                        () -> assertThatThrownBy(() -> RocksDBJournal.requireKeyring(directory, Optional.of(before)))
                                .as("what is sealed now needs the new key")
                                .isInstanceOf(JournalException.class)
                                .hasMessageContaining("2026-02"));
        admit("two");
        assertThat(content("one")).isEqualTo(MARKER + "one");
        assertThat(content("two")).isEqualTo(MARKER + "two");
        runner.disableControllerService(journal);
        runner.disableControllerService(keyring);

        runner.enableControllerService(keyring);
        runner.enableControllerService(journal);
        assertThat(content("one")).isEqualTo(MARKER + "one");
        assertThat(content("two")).isEqualTo(MARKER + "two");
        runner.disableControllerService(journal);
    }

    private void makeAJournal() {
        runner.enableControllerService(keyring);
        runner.enableControllerService(journal);
        admit("one");
        runner.disableControllerService(journal);
    }

    private void assertInvalid(String expected) {
        assertThatThrownBy(() -> runner.assertValid(journal))
                .hasMessageContaining("Keyring")
                .hasMessageContaining(directory.toString())
                .hasMessageContaining(expected);
    }

    private void addKeyring(String id, KeyStoreKeyring added, Path store)
            throws InitializationException, KeyringException {
        runner.addControllerService(id, added);
        runner.setProperty(added, "Key Store", store.toString());
        runner.setProperty(added, "Key Store Password", KeyStores.PASSWORD);
    }

    private void admit(String key) {
        EventJournal open = journal.getEventJournal();
        byte[] content = (MARKER + key).getBytes(StandardCharsets.UTF_8);
        Arrival arrival =
                new Arrival.Fresh("f " + key, Envelope.of(MARKER + key, "p"), Content.of(content), List.of("call"));
        assertThat(open.admit(List.of(arrival))).singleElement().isInstanceOf(Admission.Accepted.class);
    }

    private String content(String key) throws IOException {
        EventJournal open = journal.getEventJournal();
        EventView view = open.findByKey(MARKER + key).orElseThrow();
        try (InputStream in = open.content(view.ref()).orElseThrow().open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<Path> filesWithTheMarker() throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(SealedEventJournalTest::holdsTheMarker)
                    .toList();
        }
    }

    private static boolean holdsTheMarker(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(MARKER);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
