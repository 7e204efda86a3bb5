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
package io.nifireplay.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.keyring.KeyringException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.claim.StandardResourceClaimManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repository that was plain and is encrypted from one start on. */
class SwitchOnTest {
    private static final byte[] OLD = Setup.bytes(5_000, 1);
    private static final byte[] OLD_TOO = Setup.bytes(700, 2);
    private static final byte[] NEW = Setup.bytes(6_000, 3);

    @TempDir
    private Path folder;

    private Setup sealed;
    private ContentClaim old;
    private ContentClaim oldToo;

    @BeforeEach
    void writePlainClaims() throws IOException {
        Setup plain = Setup.plain(folder);
        try (OpenRepository open = plain.open()) {
            old = open.write(OLD);
            oldToo = open.write(OLD_TOO);
        }
        sealed = plain.withKeyring(Setup.keyring("first"));
    }

    @Test
    void readsPlainClaimsWhileThatIsAllowedAndSealsNewOnes() throws IOException {
        ContentClaim fresh;
        try (OpenRepository open = sealed.readingPlainClaims(true).open()) {
            fresh = open.write(NEW);
            assertThat(open.read(open.restored(old))).isEqualTo(OLD);
            assertThat(open.read(open.restored(oldToo))).isEqualTo(OLD_TOO);
            assertThat(open.read(fresh)).isEqualTo(NEW);
            try (InputStream slice = open.repository().read(open.restored(old, old.getOffset() + 100, -1))) {
                assertThat(slice.readNBytes(50)).isEqualTo(Arrays.copyOfRange(OLD, 100, 150));
            }
            ContentClaim copy = open.repository().clone(open.restored(old), false);
            assertThat(open.read(copy)).isEqualTo(OLD);
            assertThat(Files.readAllBytes(OpenRepository.file(sealed, copy))).startsWith('N', 'R', 'S');
        }
        assertThat(Files.readAllBytes(OpenRepository.file(sealed, fresh))).startsWith('N', 'R', 'S');
        try (OpenRepository open = sealed.readingPlainClaims(true).open()) {
            assertThat(open.read(open.restored(old))).isEqualTo(OLD);
            assertThat(open.read(open.restored(fresh))).isEqualTo(NEW);
        }
    }

    @Test
    void refusesPlainClaimsUnlessToldAndSaysHowToHaveThemRead() throws IOException {
        try (OpenRepository open = sealed.open()) {
            assertThatThrownBy(() -> open.read(open.restored(old)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(old.getResourceClaim().getId())
                    .hasMessageContaining("before encryption was switched on")
                    .hasMessageContaining(EncryptionSettings.READ_PLAIN_CLAIMS + "=true");
        }
        // Nothing is lost by a first start without it.
        try (OpenRepository open = sealed.readingPlainClaims(true).open()) {
            assertThat(open.read(open.restored(old))).isEqualTo(OLD);
        }
    }

    @Test
    void refusesAPlainFileInThePlaceOfASealedOneEvenWhilePlainClaimsAreRead() throws IOException {
        try (OpenRepository open = sealed.readingPlainClaims(true).open()) {
            ContentClaim fresh = open.write(NEW);
            Files.write(OpenRepository.file(sealed, fresh), NEW);
            assertThatThrownBy(() -> open.read(fresh))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(fresh.getResourceClaim().getId());
            Files.write(OpenRepository.file(sealed, fresh), Files.readAllBytes(OpenRepository.file(sealed, old)));
            assertThatThrownBy(() -> open.read(fresh)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void theCutOffStaysWhereItWasSet() throws IOException {
        ContentClaim fresh;
        try (OpenRepository open = sealed.open()) {
            fresh = open.write(NEW);
        }
        // A sealed claim does not become a plain one because the switch-on is long ago.
        Setup later = sealed.readingPlainClaims(true)
                .withClock(InstantSource.offset(InstantSource.system(), Duration.ofDays(100)));
        try (OpenRepository open = later.open()) {
            assertThat(open.read(open.restored(fresh))).isEqualTo(NEW);
            assertThat(open.read(open.restored(old))).isEqualTo(OLD);
        }
    }

    @Test
    void aChangedCutOffIsRefused() throws IOException {
        sealed.open().close();
        for (Path container : sealed.containerPaths()) {
            Path record = container.resolve(SwitchOnRecord.FILE_NAME);
            byte[] bytes = Files.readAllBytes(record);
            for (int i = 0; i < bytes.length; i++) {
                byte[] changed = bytes.clone();
                changed[i] ^= 1;
                Files.write(record, changed);
                assertThatThrownBy(() -> sealed.readingPlainClaims(true).open())
                        .hasCauseInstanceOf(KeyringException.class)
                        .hasMessageContaining(SwitchOnRecord.FILE_NAME)
                        .hasMessageContaining(EncryptionSettings.READ_PLAIN_CLAIMS + "=false");
            }
            Files.write(record, bytes);
        }
        sealed.readingPlainClaims(true).open().close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 50, 78})
    void aCutOffOfAnyOtherLengthIsRefused(int length) throws IOException {
        sealed.open().close();
        Path record = sealed.container(0).resolve(SwitchOnRecord.FILE_NAME);
        Files.write(record, Arrays.copyOf(Files.readAllBytes(record), length));
        assertThatThrownBy(() -> sealed.readingPlainClaims(true).open()).hasCauseInstanceOf(KeyringException.class);
        Files.write(record, new byte[1_000_000]);
        assertThatThrownBy(() -> sealed.readingPlainClaims(true).open()).hasCauseInstanceOf(KeyringException.class);
    }

    @Test
    void aDeletedCutOffIsNotSetAnewWhereThereAreSealedClaims() throws IOException {
        try (OpenRepository open = sealed.open()) {
            open.write(NEW);
        }
        for (Path container : sealed.containerPaths()) {
            Files.delete(container.resolve(SwitchOnRecord.FILE_NAME));
        }
        assertThatThrownBy(() -> sealed.readingPlainClaims(true).open())
                .hasCauseInstanceOf(KeyringException.class)
                .hasMessageContaining("is missing")
                .hasMessageContaining("Restore it from a backup");
        // Sealed claims are read and written all the same; plain ones are not.
        try (OpenRepository open = sealed.open()) {
            ContentClaim fresh = open.write(NEW);
            assertThat(open.read(fresh)).isEqualTo(NEW);
            assertThatThrownBy(() -> open.read(open.restored(old))).isInstanceOf(IOException.class);
        }
        assertThat(sealed.container(0).resolve(SwitchOnRecord.FILE_NAME)).doesNotExist();
    }

    @Test
    void aContainerThatLacksTheCutOffGetsThatOfTheOthers() throws IOException {
        Setup two = sealed.withContainers(2);
        two.open().close();
        byte[] record = Files.readAllBytes(sealed.container(0).resolve(SwitchOnRecord.FILE_NAME));
        Files.delete(sealed.container(1).resolve(SwitchOnRecord.FILE_NAME));
        Setup three = sealed.withContainers(3).readingPlainClaims(true);
        try (OpenRepository open = three.open()) {
            assertThat(open.read(open.restored(old))).isEqualTo(OLD);
        }
        for (Path container : three.containerPaths()) {
            assertThat(SwitchOnRecord.read(container, Setup.keyring("first"))).isPresent();
        }
        assertThat(sealed.container(0).resolve(SwitchOnRecord.FILE_NAME)).hasBinaryContent(record);
    }

    @Test
    void containersOfDifferentRepositoriesAreRefused() throws IOException {
        Setup two = sealed.withContainers(2);
        two.open().close();
        Path other = folder.resolve("other");
        Setup.sealed(other)
                .withClock(InstantSource.fixed(Instant.parse("2020-01-01T00:00:00Z")))
                .open()
                .close();
        Files.copy(
                other.resolve("container0").resolve(SwitchOnRecord.FILE_NAME),
                sealed.container(1).resolve(SwitchOnRecord.FILE_NAME),
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> two.readingPlainClaims(true).open())
                .hasCauseInstanceOf(KeyringException.class)
                .hasMessageContaining("disagree");
    }

    @Test
    void theCutOffGoesUnderTheNewKeyWithARotation() throws IOException {
        sealed.open().close();
        sealed.withKeyring(Setup.keyring("second", "first")).open().close();
        // The first key may go: the cut-off does not need it any more.
        try (OpenRepository open = sealed.withKeyring(Setup.keyring("second"))
                .readingPlainClaims(true)
                .open()) {
            assertThat(open.read(open.restored(old))).isEqualTo(OLD);
        }
        assertThatThrownBy(() -> sealed.readingPlainClaims(true).open())
                .hasCauseInstanceOf(KeyringException.class)
                .hasMessageContaining("'second'");
    }

    @Test
    void nothingIsWrittenWhileTheClockIsBehindTheSwitchOn() throws IOException {
        sealed.open().close();
        Setup behind = sealed.withClock(InstantSource.fixed(Instant.parse("2020-01-01T00:00:00Z")));
        try (OpenRepository open = behind.open()) {
            assertThatThrownBy(() -> open.repository().create(false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("The clock is behind");
        }
    }

    @Test
    void aFileWithoutATimeInItsNameIsNeverPlain() throws IOException {
        Path named = sealed.container(0).resolve("5").resolve("12345");
        Files.write(named, OLD);
        try (OpenRepository open = sealed.readingPlainClaims(true).open()) {
            StandardResourceClaimManager claims = open.claims();
            for (String id : List.of("12345", "../5/12345", "1-../5/12345")) {
                ContentClaim claim =
                        new StandardContentClaim(claims.newResourceClaim("container0", "5", id, false, false), 0);
                assertThatThrownBy(() -> open.read(claim)).isNotInstanceOf(AssertionError.class);
            }
        }
    }

    @Test
    void sizesOfPlainClaimsAreTheirs() throws IOException {
        try (OpenRepository open = sealed.readingPlainClaims(true).open()) {
            assertThat(open.repository().size(open.restored(old))).isEqualTo(OLD.length);
            assertThat(open.repository().size(open.restored(oldToo, oldToo.getOffset(), -1)))
                    .isEqualTo(OLD_TOO.length);
        }
    }

    @Test
    void aPurgedRepositoryGoesOn() throws IOException {
        try (OpenRepository open = sealed.open()) {
            open.write(NEW);
            open.repository().purge();
        }
        assertThat(Folders.files(folder)).containsExactly(sealed.container(0).resolve(SwitchOnRecord.FILE_NAME));
        try (OpenRepository open = sealed.open()) {
            assertThat(open.read(open.write(NEW))).isEqualTo(NEW);
        }
    }

    @Test
    void timesAreReadFromNames() {
        assertThat(RepositoryFiles.madeAt("1700000000000-17")).hasValue(1_700_000_000_000L);
        for (String other : List.of("", "-", "-1", "1-", "17", "a-1", "1-a", "1--1", "1234567890123456789-1", "١-1")) {
            assertThat(RepositoryFiles.madeAt(other)).as(other).isEmpty();
        }
    }
}
