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
package io.nifireplay.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.Checkpoint;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldFilesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void threeEachDay() throws IOException {
        for (int day = 1; day <= 4; day++) {
            for (int size = 1; size <= 3; size++) {
                receive(day, checkpoint(day * 10 + size, 0));
            }
        }
    }

    private void receive(int day, SignedCheckpoint checkpoint) throws IOException {
        Clock clock = Clock.fixed(Instant.parse("2026-11-0" + day + "T12:00:00Z"), ZoneOffset.UTC);
        new CheckpointFolder(folder, clock).receive(checkpoint);
    }

    private static SignedCheckpoint checkpoint(long size, int root) {
        return checkpoint(size, root, Keys.signing(1));
    }

    private static SignedCheckpoint checkpoint(long size, int root, SigningKey... signers) {
        byte[] bytes = new byte[Hash.BYTES];
        bytes[0] = (byte) root;
        return new Checkpoint(Keys.ORIGIN, new TreeHead(size, Hash.of(bytes))).sign(List.of(signers));
    }

    private static List<Long> sizes(List<HeldCheckpoint> held) {
        return held.stream().map(each -> each.checkpoint().head().size()).toList();
    }

    @Test
    void readsAllOfAFolder() throws IOException {
        assertThat(sizes(HeldFiles.read(List.of(folder), Optional.empty())))
                .containsExactly(11L, 12L, 13L, 21L, 22L, 23L, 31L, 32L, 33L, 41L, 42L, 43L);
    }

    @Test
    void readsAllOfTheNewestTwoDaysAndTheLastOfEachBefore() throws IOException {
        assertThat(sizes(HeldFiles.readRecent(List.of(folder), Optional.empty())))
                .containsExactly(13L, 23L, 31L, 32L, 33L, 41L, 42L, 43L);
    }

    @Test
    void neverLeavesOutOneThatContradictsAnother() throws IOException {
        receive(1, checkpoint(11, 1));

        assertThat(sizes(HeldFiles.readRecent(List.of(folder), Optional.empty())))
                .startsWith(11L, 13L, 23L);
    }

    @Test
    void neverLeavesOutOneThatTwoKeysHaveSigned() throws IOException {
        SigningKey first = Keys.signing(1);
        SigningKey second = Keys.signing(2);
        SigningKey third = Keys.signing(3);
        receive(1, checkpoint(14, 0, first, second));
        for (int size = 15; size <= 17; size++) {
            receive(1, checkpoint(size, 0, second));
        }
        receive(1, checkpoint(18, 0, second, third));
        receive(1, checkpoint(19, 0, third));
        receive(2, checkpoint(20, 0, third, first));

        assertThat(sizes(HeldFiles.readRecent(List.of(folder), Optional.empty())))
                .containsExactly(14L, 18L, 19L, 20L, 23L, 31L, 32L, 33L, 41L, 42L, 43L);
    }

    @Test
    void readsFilesAndFoldersThatAreNoDaysAsTheyAre() throws IOException {
        Path copied = Files.createDirectories(folder.resolve("copied"));
        Files.write(copied.resolve("one.checkpoint"), checkpoint(1, 0).bytes());
        Files.write(folder.resolve("two.checkpoint"), checkpoint(2, 0).bytes());
        Files.writeString(folder.resolve("README"), "no checkpoint");

        assertThat(sizes(HeldFiles.readRecent(List.of(folder), Optional.empty())))
                .startsWith(1L, 2L, 13L);
        assertThat(sizes(HeldFiles.readRecent(List.of(folder.resolve("two.checkpoint")), Optional.empty())))
                .containsExactly(2L);
    }

    @Test
    void aReportListsTheNewestAndCountsTheOthers() {
        List<VerificationReport.Compared> compared = LongStream.rangeClosed(1, VerificationReport.LISTED + 20)
                .mapToObj(size -> new VerificationReport.Compared("held-" + size, size, Optional.empty()))
                .toList();
        VerificationReport report = new VerificationReport(
                Optional.of(Keys.ORIGIN),
                Optional.empty(),
                Keys.signing(1).verifierKey().toString(),
                0,
                List.of(),
                0,
                List.of(),
                List.of(),
                compared,
                List.of(),
                Optional.empty());

        assertThat(Schema.VERIFICATION.complaints(report.json())).isEmpty();
        assertThat(report.json())
                .contains("\"moreAgreesWith\":\"20\"")
                .contains("\"held-21\"", "\"held-120\"")
                .doesNotContain("\"held-20\"");
        assertThat(report.text())
                .contains("agrees with 20 checkpoints, the first held-1 (1 entries)")
                .contains("held-21 ")
                .doesNotContain("held-20 ");
    }
}
