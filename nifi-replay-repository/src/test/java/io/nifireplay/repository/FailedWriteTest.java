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

import io.nifireplay.crypto.stream.StreamKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.nifi.controller.repository.ContentNotFoundException;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.ResourceClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.claim.StandardResourceClaimManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, for a while. */
class FailedWriteTest {
    private final StandardResourceClaimManager claims = new StandardResourceClaimManager();
    private final ResourceClaim resource = claims.newResourceClaim("container0", "1", "1700000000000-1", false, true);
    private final WritableFiles files = new WritableFiles(Setup.keyring("first"), new SecureRandom());
    private final Disk disk = new Disk();
    private final List<ContentClaim> claimants = new ArrayList<>();
    private StandardContentClaim filed;

    /** Stands for the file repository's stream: appends to one file, as long as there is room. */
    private final class Disk extends OutputStream {
        private final ByteArrayOutputStream file = new ByteArrayOutputStream();
        private int room = Integer.MAX_VALUE;
        private boolean closed;

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            int written = Math.min(length, room);
            file.write(source, offset, written);
            room -= written;
            if (written < length) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private SealedClaimOutputStream write(StandardContentClaim claim) {
        filed = new StandardContentClaim(resource, claim.getOffset());
        return new SealedClaimOutputStream(claimants::add, files, filed, disk, claim);
    }

    @Test
    void aStreamWhoseWriteFailedTakesNoMoreAndSaysSoUntilItIsClosed() {
        StandardContentClaim claim = new StandardContentClaim(resource, 0);
        SealedClaimOutputStream out = write(claim);
        disk.room = 1_000;
        assertThatThrownBy(() -> out.write(new byte[300_000]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Failed to write to the content claim container0/1/1700000000000-1 at offset 0")
                .hasMessageContaining("No space left on device");
        disk.room = Integer.MAX_VALUE;
        int size = disk.file.size();
        assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> out.write(new byte[10])).isInstanceOf(IOException.class);
        assertThatThrownBy(out::newContentClaim).hasMessageContaining("its content is not in the repository");
        assertThatThrownBy(out::close).hasMessageContaining("its content is not in the repository");
        assertThat(disk.closed).isTrue();
        assertThat(disk.file.size()).as("bytes written after the failure").isEqualTo(size);
    }

    @Test
    void aFailureAtTheEndOfAClaimIsNotSwallowed() throws IOException {
        SealedClaimOutputStream out = write(new StandardContentClaim(resource, 0));
        out.write(new byte[500]);
        disk.room = 100;
        assertThatThrownBy(out::close).hasMessageContaining("No space left on device");
        assertThat(disk.closed).isTrue();
    }

    @Test
    void aFailureThatShowsLateIsNotForgottenByTheClaimsBeforeIt() throws IOException {
        SealedClaimOutputStream out = write(new StandardContentClaim(resource, 0));
        disk.room = 100;
        // Small claims go to the disk many at once: it is the stream's close that says whether they are there.
        List<ContentClaim> given = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            out.write(new byte[500]);
            given.add(out.newContentClaim());
        }
        assertThat(disk.file.size()).isZero();
        assertThat(claimants).isEqualTo(given);
        assertThatThrownBy(out::close).hasMessageContaining("No space left on device");
        assertThat(disk.closed).isTrue();
    }

    @Test
    void aFileTakesNoMoreClaimsAfterAFailure() throws IOException {
        SealedClaimOutputStream out = write(new StandardContentClaim(resource, 1_000));
        out.write(new byte[500]);
        disk.room = 100;
        assertThatThrownBy(out::close).isInstanceOf(IOException.class);
        // The file repository lets go of files that are longer than is appended to.
        assertThat(filed.getOffset() + filed.getLength()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void afterAFailureTheFileGoesOnUnderAnotherDataKey() throws IOException {
        SealedClaimOutputStream first = write(new StandardContentClaim(resource, 0));
        first.write(new byte[500]);
        disk.room = 100;
        assertThatThrownBy(first::close).isInstanceOf(IOException.class);
        disk.room = Integer.MAX_VALUE;
        int offset = disk.file.size();
        SealedClaimOutputStream second = write(new StandardContentClaim(resource, offset));
        second.write(new byte[500]);
        second.close();
        byte[] bytes = disk.file.toByteArray();
        int salt = 5 + "first".length();
        assertThat(Arrays.copyOfRange(bytes, offset + salt, offset + salt + 32))
                .isNotEqualTo(Arrays.copyOfRange(bytes, salt, salt + 32));
    }

    @Test
    void aReaderThatAsksForWhatCannotBeWrittenFailsAndSoDoesTheWriter(@TempDir Path folder) throws IOException {
        StandardContentClaim claim = new StandardContentClaim(resource, 0);
        SealedClaimOutputStream out = write(claim);
        out.write(new byte[500]);
        disk.room = 100;
        Path file = Files.createFile(folder.resolve("file"));
        StreamKeys keys = new StreamKeys(Setup.keyring("first"), EncryptedContentRepository.PURPOSE);
        assertThatThrownBy(() -> ClaimReading.open(claim, ClaimFile.open(file, 0), new IdleFiles(() -> 0), keys, files)
                        .readAllBytes())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThatThrownBy(out::close).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ClaimReading.open(claim, ClaimFile.open(file, 0), new IdleFiles(() -> 0), keys, files)
                        .readAllBytes())
                .isInstanceOf(ContentNotFoundException.class);
    }

    @Test
    void theRepositoryGoesOnAfterAContentThatCouldNotBeRead(@TempDir Path folder) throws IOException {
        try (OpenRepository open = Setup.sealed(folder).open()) {
            ContentClaim claim = open.repository().create(false);
            try (OutputStream out = open.repository().write(claim)) {
                out.write(new byte[100_000]);
            }
            StandardContentClaim longer = open.restored(claim, claim.getOffset(), 100_001);
            int before = open.repository().getClaimantCount(claim);
            assertThatThrownBy(() -> open.repository().clone(longer, false))
                    .isInstanceOf(ContentNotFoundException.class);
            assertThat(open.repository().getClaimantCount(claim)).isEqualTo(before);
            assertThat(open.read(open.write(new byte[5]))).hasSize(5);
        }
    }
}
