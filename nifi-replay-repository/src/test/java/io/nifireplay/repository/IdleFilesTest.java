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
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.ResourceClaim;
import org.apache.nifi.controller.repository.claim.StandardResourceClaimManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleFilesTest {
    private final StandardResourceClaimManager claims = new StandardResourceClaimManager();
    private final ResourceClaim resource = claims.newResourceClaim("container0", "1", "1-1", false, false);
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final IdleFiles idle = new IdleFiles(now::get);

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void makeAFile() throws IOException {
        path = Files.write(folder.resolve("file"), new byte[100]);
    }

    private ClaimFile open() throws IOException {
        return ClaimFile.open(path, now.get());
    }

    private static boolean isOpen(ClaimFile file) {
        try {
            file.size();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aFileHasOneReaderAtATime() throws IOException {
        ClaimFile file = open();
        ClaimFile another = open();
        idle.give(resource, file);
        idle.give(resource, another);
        assertThat(isOpen(file)).isFalse();
        assertThat(idle.take(resource)).containsSame(another);
        assertThat(idle.take(resource)).isEmpty();
        assertThat(isOpen(another)).isTrue();
        another.close();
    }

    @Test
    void aFileIsUsedNoLongerThanASecond() throws IOException {
        ClaimFile file = open();
        idle.give(resource, file);
        now.addAndGet(IdleFiles.MAX_AGE.toNanos());
        assertThat(idle.take(resource)).containsSame(file);
        idle.give(resource, file);
        now.incrementAndGet();
        assertThat(idle.take(resource)).isEmpty();
        assertThat(isOpen(file)).isFalse();
        ClaimFile old = ClaimFile.open(path, now.get() - IdleFiles.MAX_AGE.toNanos() - 1);
        idle.give(resource, old);
        assertThat(isOpen(old)).isFalse();
    }

    @Test
    void whatIsOldIsClosedWithoutBeingAskedFor() throws IOException {
        ClaimFile old = open();
        idle.give(resource, old);
        now.addAndGet(IdleFiles.MAX_AGE.toNanos() + 1);
        ClaimFile young = open();
        idle.give(claims.newResourceClaim("container0", "1", "1-2", false, false), young);
        idle.closeOld();
        assertThat(isOpen(old)).isFalse();
        assertThat(isOpen(young)).isTrue();
        assertThat(idle.size()).isEqualTo(1);
        idle.close();
        assertThat(isOpen(young)).isFalse();
    }

    @Test
    void theYoungestAreKept() throws IOException {
        for (int i = 0; i < 200; i++) {
            idle.give(claims.newResourceClaim("container0", "1", "1-" + i, false, false), open());
        }
        assertThat(idle.size()).isEqualTo(64);
        assertThat(idle.take(claims.newResourceClaim("container0", "1", "1-135", false, false)))
                .isEmpty();
        try (ClaimFile youngest = idle.take(claims.newResourceClaim("container0", "1", "1-199", false, false))
                .orElseThrow()) {
            assertThat(isOpen(youngest)).isTrue();
        }
        idle.close();
    }

    @Test
    void whatComesBackAfterTheEndIsClosed() throws IOException {
        idle.close();
        ClaimFile file = open();
        idle.give(resource, file);
        assertThat(isOpen(file)).isFalse();
        assertThat(idle.size()).isZero();
    }

    @Test
    void theRepositoryNoticesAFileThatWasRestored() throws IOException {
        Setup setup = Setup.sealed(folder);
        try (OpenRepository open = setup.open()) {
            byte[] content = Setup.bytes(1_000, 1);
            ContentClaim claim = open.write(content);
            Path file = OpenRepository.file(setup, claim);
            byte[] genuine = Files.readAllBytes(file);
            byte[] damaged = genuine.clone();
            damaged[500] ^= 1;
            Files.write(file, damaged);
            assertThatThrownBy(() -> open.read(claim)).isInstanceOf(IOException.class);
            // A restore puts another file there; the one that did not open is not asked again.
            Files.delete(file);
            Files.write(file, genuine);
            assertThat(open.read(claim)).isEqualTo(content);
            Files.delete(file);
            await().until(() -> {
                try {
                    open.read(claim);
                    return false;
                } catch (RuntimeException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void aStreamThatIsClosedTwiceGivesItsFileBackOnce() throws IOException {
        try (OpenRepository open = Setup.sealed(folder).open()) {
            byte[] content = Setup.bytes(200_000, 1);
            ContentClaim claim = open.write(content);
            InputStream first = open.repository().read(claim);
            first.read();
            first.close();
            InputStream second = open.repository().read(claim);
            first.close();
            InputStream third = open.repository().read(claim);
            assertThat(third.readNBytes(100_000)).hasSize(100_000);
            assertThat(second.readAllBytes()).isEqualTo(content);
            assertThat(third.readAllBytes()).hasSize(100_000);
            assertThatThrownBy(first::read).hasMessageContaining("is closed");
            second.close();
            third.close();
        }
    }
}
