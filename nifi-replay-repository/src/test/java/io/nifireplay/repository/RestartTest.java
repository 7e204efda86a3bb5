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

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.nifi.controller.repository.ContentNotFoundException;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaimWriteCache;
import org.apache.nifi.controller.repository.metrics.NanoTimePerformanceTracker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there when NiFi starts again, after a stop or a kill. */
class RestartTest {
    @TempDir
    private Path folder;

    @Test
    void whatASessionCommittedIsThereAfterAKillAndWhatItDidNotIsContentNotFound() throws IOException {
        Setup setup = Setup.sealed(folder).withContainers(2);
        List<ContentClaim> committed = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        ContentClaim lost;
        try (OpenRepository killed = setup.open()) {
            var cache = new StandardContentClaimWriteCache(
                    killed.repository(), new NanoTimePerformanceTracker(), 1_000_000, 8_192);
            for (int i = 0; i < 50; i++) {
                byte[] content = Setup.bytes(i * 997, i);
                ContentClaim claim = cache.getContentClaim();
                try (OutputStream out = cache.write(claim)) {
                    out.write(content);
                }
                committed.add(claim);
                contents.add(content);
            }
            // As a commit does before it writes the FlowFile repository.
            cache.reset();

            lost = killed.repository().create(false);
            OutputStream out = killed.repository().write(lost);
            out.write(Setup.bytes(200_000, 77));
            out.flush();

            // A kill: the files as they are, without a close.
            try (OpenRepository next = setup.open()) {
                for (int i = 0; i < committed.size(); i++) {
                    assertThat(next.read(next.restored(committed.get(i)))).isEqualTo(contents.get(i));
                }
                StandardContentClaim unfinished = next.restored(lost);
                assertThatThrownBy(() -> next.read(unfinished))
                        .isInstanceOf(ContentNotFoundException.class)
                        .hasMessageContaining("The end of the content claim")
                        .hasMessageContaining(lost.getResourceClaim().getId());
                StandardContentClaim unknown = next.restored(lost, lost.getOffset(), -1);
                assertThatThrownBy(() -> next.read(unknown)).isInstanceOf(ContentNotFoundException.class);
                assertThat(next.read(next.write(contents.get(7)))).isEqualTo(contents.get(7));
            }
        }
    }

    @Test
    void claimsOfProvenanceEventsAreReadAfterARestart() throws IOException {
        Setup setup = Setup.sealed(folder).appendableTo("10 MB");
        byte[] content = Setup.bytes(300_000, 1);
        List<ContentClaim> claims = new ArrayList<>();
        try (OpenRepository open = setup.open()) {
            for (int i = 0; i < 3; i++) {
                claims.add(open.write(content));
            }
        }
        assertThat(claims.stream().map(ContentClaim::getResourceClaim).distinct())
                .hasSize(1);
        try (OpenRepository open = setup.open()) {
            ContentClaim claim = claims.get(1);
            for (int from : new int[] {0, 1, 65_535, 65_536, 200_000, 299_999}) {
                byte[] slice = Arrays.copyOfRange(content, from, Math.min(from + 1_000, content.length));
                // "View content": the length is not known. Replay: it is the FlowFile's size.
                ContentClaim view = open.restored(claim, claim.getOffset() + from, -1);
                try (InputStream in = open.repository().read(view)) {
                    assertThat(in.readNBytes(slice.length)).isEqualTo(slice);
                }
                ContentClaim replay = open.restored(claim, claim.getOffset() + from, slice.length);
                assertThat(open.read(replay)).isEqualTo(slice);
                assertThat(open.repository().isAccessible(replay)).isTrue();
                assertThat(open.repository().size(view)).isEqualTo(content.length - from);
            }
        }
    }

    @Test
    void aPlaceBehindTheContentOfItsClaimIsContentNotFound() throws IOException {
        try (OpenRepository open = Setup.sealed(folder).open()) {
            ContentClaim claim = open.write(new byte[1_000]);
            open.write(new byte[1_000]);
            assertThat(open.read(open.restored(claim, 1_000, -1))).isEmpty();
            assertThatThrownBy(() -> open.read(open.restored(claim, 1_001, -1)))
                    .isInstanceOf(ContentNotFoundException.class)
                    .hasMessageContaining("behind the content of the claim at offset 0");
            assertThatThrownBy(() -> open.read(open.restored(claim, 1_000_000, 5)))
                    .isInstanceOf(ContentNotFoundException.class)
                    .hasMessageContaining("has only");
        }
    }

    @Test
    void aFileIsForgottenWhenItIsFull() throws IOException {
        Setup setup = Setup.sealed(folder).appendableTo("10 KB");
        try (OpenRepository open = setup.open()) {
            EncryptedContentRepository repository = (EncryptedContentRepository) open.repository();
            for (int i = 0; i < 500; i++) {
                open.write(new byte[1_000]);
                assertThat(repository.writableFiles()).isLessThanOrEqualTo(1);
            }
            open.write(new byte[20_000]);
            assertThat(repository.writableFiles()).isZero();
        }
    }

    @Test
    void claimsAreSpreadOverTheContainers() throws IOException {
        Setup setup = Setup.sealed(folder).withContainers(3).appendableTo("1 B");
        try (OpenRepository open = setup.open()) {
            List<ContentClaim> claims = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                claims.add(open.write(Setup.bytes(100, i)));
            }
            assertThat(claims.stream().map(claim -> claim.getResourceClaim().getContainer()))
                    .contains("container0", "container1", "container2");
            for (int i = 0; i < 6; i++) {
                assertThat(open.read(claims.get(i))).isEqualTo(Setup.bytes(100, i));
            }
            // The same bytes at the same offset of the same section and id, but in another container.
            ContentClaim claim = claims.get(0);
            Path file = OpenRepository.file(setup, claim);
            String other = claim.getResourceClaim().getContainer().equals("container0") ? "container1" : "container0";
            Path moved = folder.resolve(other)
                    .resolve(claim.getResourceClaim().getSection())
                    .resolve(claim.getResourceClaim().getId());
            Files.copy(file, moved);
            ContentClaim elsewhere = new StandardContentClaim(
                    open.claims()
                            .newResourceClaim(
                                    other,
                                    claim.getResourceClaim().getSection(),
                                    claim.getResourceClaim().getId(),
                                    false,
                                    false),
                    claim.getOffset());
            assertThatThrownBy(() -> open.read(elsewhere))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not what was written there");
        }
    }
}
