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
package io.nifireplay.systemtest.sealed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.disk.PlaintextSearch;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.journal.Source;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A sealed journal in a running NiFi, and the key store that it is sealed with. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class SealedJournalSystemTest {
    private static final String OLD_KEY = "2026-11-24";
    private static final String NEW_KEY = "2026-11-25";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int SOME = 50;

    @TempDir
    private Path folder;

    @Test
    void aKeyStoreWithAnotherKeyOfTheSameIdIsNotValidAndNothingIsWritten(ProcessGroup group) {
        ControllerService own = keyring(group, ContentKeys.create(folder.resolve("own"), OLD_KEY));
        ControllerService other = keyring(group, ContentKeys.create(folder.resolve("other"), OLD_KEY));
        JournalFlow flow = new JournalFlow(group);
        flow.journal().set("Keyring", own);
        Processor journalEvent = flow.journalEvent();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", complete);
        Source source = flow.source(journalEvent);
        flow.start();
        source.send("order-1", "two apples");
        flow.awaitCounts(complete, Map.of("success", 1L));
        group.stop();
        flow.journal().disable();
        Map<Path, String> files = files(flow.directory());

        flow.journal().set("Keyring", other);
        assertThat(flow.journal().validationErrors())
                .singleElement()
                .asString()
                .contains("'Keyring'")
                .contains(flow.directory().toString())
                .contains("Is it the key store with which the journal was made?");
        flow.journal().unset("Keyring");
        assertThat(flow.journal().validationErrors())
                .singleElement()
                .asString()
                .contains("'Keyring'")
                .contains("is sealed: give it the keyring with which it was made");
        assertThat(files(flow.directory())).isEqualTo(files);

        flow.journal().set("Keyring", own);
        assertThat(flow.journal().validationErrors()).isEmpty();
        flow.start();
        source.send("order-1", "two apples");
        flow.awaitCounts(journalEvent, Map.of("duplicate", 1L));
    }

    @Test
    void aKeyThatIsAddedToTheFileSealsWhatComesFromThenOnWhileTheFlowRuns(ProcessGroup group)
            throws IOException, KeyringException {
        ContentKeys keys = ContentKeys.create(folder.resolve("keys"), OLD_KEY);
        Keyring before = read(keys);
        JournalFlow flow = new JournalFlow(group);
        flow.journal().set("Keyring", keyring(group, keys));
        Processor generate = flow.add("GenerateFlowFile", Map.of("Custom Text", "an event", "Batch Size", "5"))
                .every("50 ms");
        Processor journalEvent = flow.journalEvent();
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        flow.connect(generate, "success", journalEvent);
        flow.connect(journalEvent, "accepted", guard);
        flow.connect(guard, "deliver", complete);
        flow.start();
        Connection completed = flow.queue(complete, "success").backPressure(0).awaitAtLeast(SOME);

        keys.add(NEW_KEY);
        // The file names the key of what is sealed now.
        Path seal = flow.directory().resolve("journal.seal");
        PlaintextSearch newKey = PlaintextSearch.of(NEW_KEY);
        assertThat(newKey.hitsIn(seal)).isZero();
        await().atMost(TIMEOUT).until(() -> newKey.hitsIn(seal) == 1);
        completed.awaitAtLeast(completed.count() + SOME);
        generate.stop();
        flow.queue(generate, "success").awaitEmpty();
        flow.queue(journalEvent, "accepted").awaitEmpty();
        flow.queue(guard, "deliver").awaitEmpty();
        long events = completed.count();
        assertThat(flow.counts(journalEvent)).isEmpty();
        assertThat(flow.counts(guard)).isEmpty();
        assertThat(flow.counts(complete)).containsOnlyKeys("success");
        assertThat(group.bulletins()).isEmpty();
        group.stop();
        flow.journal().disable();

        RocksDBOptions options = RocksDBOptions.defaults(flow.directory());
        assertThatThrownBy(() -> RocksDBJournal.openSealed(options, () -> before))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("sealed with a key that its keyring does not have")
                .hasMessageContaining("'" + NEW_KEY + "'");
        Keyring after = read(keys);
        AtomicInteger held = new AtomicInteger();
        try (RocksDBJournal journal = RocksDBJournal.openSealed(options, () -> after)) {
            journal.scan(Selector.ALL, event -> {
                assertThat(event.state().status()).isEqualTo(Status.COMPLETED);
                assertThat(text(journal, event.ref())).isEqualTo("an event");
                held.incrementAndGet();
            });
        }
        assertThat(held).hasValue((int) events);
    }

    private static ControllerService keyring(ProcessGroup group, ContentKeys keys) {
        return group.createService("KeyStoreKeyring")
                .set(Map.of("Key Store", keys.store().toString(), "Key Store Password", ContentKeys.PASSWORD))
                .enable();
    }

    private static Keyring read(ContentKeys keys) throws KeyringException {
        return KeyStoreFile.at(keys.store(), KeyStoreType.PKCS12).readNewest(ContentKeys.PASSWORD.toCharArray());
    }

    private static String text(RocksDBJournal journal, EventRef event) {
        try (InputStream content = journal.content(event).orElseThrow().open()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of a folder, each with a hash of what is in it. */
    private static Map<Path, String> files(Path folder) {
        Map<Path, String> files = new HashMap<>();
        PlaintextSearch.files(folder).forEach(file -> files.put(file, hash(file)));
        return files;
    }

    private static String hash(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK offers no SHA-256", e);
        }
    }
}
