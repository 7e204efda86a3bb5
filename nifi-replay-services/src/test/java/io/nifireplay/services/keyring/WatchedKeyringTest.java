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
package io.nifireplay.services.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.crypto.keyring.PasswordSource;
import io.nifireplay.services.testing.KeyStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedKeyringTest {
    @TempDir
    private Path folder;

    private Path file;
    private long nanos = Long.MAX_VALUE - 5;
    private final List<String> changes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** What a look at the file meets while it reads the password. */
    private Consumer<Path> whileReading = ignored -> {};

    private final AtomicReference<String> password = new AtomicReference<>(KeyStores.PASSWORD);

    @BeforeEach
    void setUp() throws KeyringException {
        file = KeyStores.create(folder.resolve("keys.p12"), "2026-01");
    }

    @Test
    void usesAKeyThatWasAddedToTheFile() throws KeyringException {
        WatchedKeyring watched = open(Optional.empty());
        KeyStores.add(file, "2026-02");

        assertThat(watched.current().activeId()).as("before the next look").isEqualTo("2026-01");
        pass(WatchedKeyring.LOOK_INTERVAL);

        assertThat(watched.current().activeId()).isEqualTo("2026-02");
        assertThat(watched.current().ids()).containsExactlyInAnyOrder("2026-01", "2026-02");
        assertThat(changes).containsExactly("2026-02");
    }

    @Test
    void staysWithTheActiveKeyThatWasNamedButOpensWithAKeyThatWasAdded() throws KeyringException {
        WatchedKeyring watched = open(Optional.of("2026-01"));
        KeyStores.add(file, "2026-02");
        pass(WatchedKeyring.LOOK_INTERVAL);

        assertThat(watched.current().activeId()).isEqualTo("2026-01");
        assertThat(watched.current().ids()).contains("2026-02");
    }

    @Test
    void readsAFileOnlyWhenItIsAnotherOne() throws KeyringException {
        WatchedKeyring watched = open(Optional.empty());
        Keyring first = watched.current();
        for (int look = 0; look < 3; look++) {
            pass(WatchedKeyring.LOOK_INTERVAL);
            assertThat(watched.current()).isSameAs(first);
        }
    }

    @Test
    void seesAFileOfTheSameTimeAndSize() throws IOException {
        WatchedKeyring watched = open(Optional.empty());
        FileTime time = FileTime.from(Instant.parse("2026-11-24T00:00:00Z"));
        Path second = folder.resolve("second.p12");
        Files.copy(file, second);
        KeyStores.add(second, "2026-02");
        Files.setLastModifiedTime(file, time);
        pass(WatchedKeyring.LOOK_INTERVAL);
        watched.current();

        Files.setLastModifiedTime(second, time);
        Files.move(second, file, StandardCopyOption.REPLACE_EXISTING);
        pass(WatchedKeyring.LOOK_INTERVAL);

        assertThat(watched.current().activeId()).isEqualTo("2026-02");
    }

    @Test
    void keepsItsKeysWhileTheFileCannotBeReadAndSaysSoOnce() throws IOException {
        WatchedKeyring watched = open(Optional.empty());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, new byte[] {1, 2, 3});
        for (int look = 0; look < 5; look++) {
            pass(WatchedKeyring.LOOK_INTERVAL);
            assertThat(watched.current().activeId()).isEqualTo("2026-01");
        }
        assertThat(problems).singleElement().asString().contains(file.toString(), "damaged");

        pass(WatchedKeyring.REMINDER_INTERVAL);
        watched.current();
        assertThat(problems).hasSize(2);

        Files.delete(file);
        pass(WatchedKeyring.LOOK_INTERVAL);
        assertThat(watched.current().activeId()).isEqualTo("2026-01");
        assertThat(problems).hasSize(3).last().asString().contains("There is no key store");

        Files.write(file, whole);
        KeyStores.add(file, "2026-02");
        pass(WatchedKeyring.LOOK_INTERVAL);
        assertThat(watched.current().activeId()).isEqualTo("2026-02");
        assertThat(problems).hasSize(3);
    }

    @Test
    void triesAgainWhenThePasswordFollowsTheFile() throws IOException {
        WatchedKeyring watched = open(Optional.empty());
        KeyStores.add(file, "2026-02");
        password.set("not yet");
        pass(WatchedKeyring.LOOK_INTERVAL);
        assertThat(watched.current().activeId()).isEqualTo("2026-01");

        password.set(KeyStores.PASSWORD);
        pass(WatchedKeyring.LOOK_INTERVAL);
        assertThat(watched.current().activeId())
                .as("neither file has changed, so it is not tried at each look")
                .isEqualTo("2026-01");
        pass(WatchedKeyring.RETRY_INTERVAL);
        assertThat(watched.current().activeId()).isEqualTo("2026-02");
    }

    @Test
    void triesAgainAtOnceWhenThePasswordsFileIsWritten() throws IOException {
        Path passwordFile = folder.resolve("password");
        Files.writeString(passwordFile, KeyStores.PASSWORD);
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw-------"));
        WatchedKeyring watched = open(PasswordSource.ownerOnlyFile(passwordFile), Optional.empty());
        Files.writeString(passwordFile, "not yet");
        KeyStores.add(file, "2026-02");
        pass(WatchedKeyring.LOOK_INTERVAL);
        assertThat(watched.current().activeId()).isEqualTo("2026-01");

        Files.writeString(passwordFile, KeyStores.PASSWORD);
        pass(WatchedKeyring.LOOK_INTERVAL);
        assertThat(watched.current().activeId()).isEqualTo("2026-02");
    }

    @Test
    void refusesAFileThatHasLostAKey() throws IOException {
        WatchedKeyring watched = open(Optional.empty());
        Files.delete(file);
        KeyStores.create(file, "2026-02");
        pass(WatchedKeyring.LOOK_INTERVAL);

        assertThat(watched.current().activeId()).isEqualTo("2026-01");
        assertThat(problems).singleElement().asString().contains("has lost the keys [2026-01]", "Put them back");
    }

    @Test
    void refusesAFileThatHasAnotherKeyOfTheSameId() throws IOException {
        WatchedKeyring watched = open(Optional.empty());
        Keyring before = watched.current();
        Files.delete(file);
        KeyStores.create(file, "2026-01");
        pass(WatchedKeyring.LOOK_INTERVAL);

        assertThat(watched.current()).isSameAs(before);
        assertThat(problems).singleElement().asString().contains("2026-01");
    }

    @Test
    void readsAgainWhatWasWrittenWhileItRead() throws KeyringException {
        WatchedKeyring watched = open(Optional.empty());
        KeyStores.add(file, "2026-02");
        pass(WatchedKeyring.LOOK_INTERVAL);
        whileReading = there -> {
            whileReading = ignored -> {};
            addTo(there, "2026-03");
        };
        watched.current();

        pass(WatchedKeyring.LOOK_INTERVAL);
        assertThat(watched.current().activeId()).isEqualTo("2026-03");
    }

    @Test
    void nobodyElseWaitsWhileOneReads() throws Exception {
        WatchedKeyring watched = open(Optional.empty());
        KeyStores.add(file, "2026-02");
        pass(WatchedKeyring.LOOK_INTERVAL);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        whileReading = ignored -> {
            reading.countDown();
            await(goOn);
        };
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Keyring> first = other.submit(watched::current);
            await(reading);

            assertThat(watched.current().activeId()).isEqualTo("2026-01");

            goOn.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS).activeId()).isEqualTo("2026-02");
        }
        assertThat(watched.current().activeId()).isEqualTo("2026-02");
    }

    @Test
    void doesNotOpenWithoutAFile() throws IOException {
        Files.delete(file);

        assertThatThrownBy(() -> open(Optional.empty()))
                .isInstanceOf(KeyringException.class)
                .hasMessageContaining(file.toString());
    }

    private WatchedKeyring open(Optional<String> activeId) throws KeyringException {
        PasswordSource source = new PasswordSource.EnvironmentVariable("PASSWORD", name -> {
            whileReading.accept(file);
            return Optional.of(password.get());
        });
        return open(source, activeId);
    }

    private WatchedKeyring open(PasswordSource source, Optional<String> activeId) throws KeyringException {
        return WatchedKeyring.open(
                new KeyStoreSettings(KeyStoreFile.at(file, KeyStoreType.PKCS12), source, activeId),
                () -> nanos,
                new WatchedKeyring.Listener() {
                    @Override
                    public void changed(Keyring now) {
                        changes.add(now.activeId());
                    }

                    @Override
                    public void kept(Keyring now, KeyringException why) {
                        problems.add(why.getMessage());
                    }
                });
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private static void addTo(Path store, String id) {
        try {
            KeyStores.add(store, id);
        } catch (KeyringException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
