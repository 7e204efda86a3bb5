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
import java.util.Arrays;
import org.apache.nifi.controller.repository.ContentNotFoundException;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims that no FlowFile has any more: NiFi's own threads archive and delete them. */
class ArchivedClaimTest {
    private static final byte[] CONTENT = Setup.bytes(200_000, 1);

    @TempDir
    private Path folder;

    @Test
    void anArchivedClaimIsReadAsItWasAndWhileItIsMoved() throws IOException {
        Setup setup = Setup.sealed(folder).appendableTo("1 B").archiving();
        try (OpenRepository open = setup.open()) {
            StandardContentClaim claim = open.write(CONTENT);
            try (InputStream in = open.repository().read(claim)) {
                assertThat(in.readNBytes(70_000)).isEqualTo(Arrays.copyOf(CONTENT, 70_000));
                release(open, claim);
                await().until(() -> Files.exists(OpenRepository.archivedFile(setup, claim)));
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(CONTENT, 70_000, CONTENT.length));
            }
            assertThat(OpenRepository.file(setup, claim)).doesNotExist();
            assertThat(open.repository().isAccessible(claim)).isTrue();
            assertThat(open.read(claim)).isEqualTo(CONTENT);
            ContentClaim replay = open.restored(claim, claim.getOffset() + 100_000, 50_000);
            assertThat(open.read(replay)).isEqualTo(Arrays.copyOfRange(CONTENT, 100_000, 150_000));
            assertThat(open.repository().size(open.restored(claim, claim.getOffset(), -1)))
                    .isEqualTo(CONTENT.length);
        }
    }

    @Test
    void anArchivedClaimIsDeletedWhenItsTimeIsOver() throws IOException {
        Setup setup = Setup.sealed(folder)
                .appendableTo("1 B")
                .archiving()
                .with("nifi.content.repository.archive.max.retention.period", "1 sec")
                .with("nifi.content.repository.archive.cleanup.frequency", "1 sec");
        try (OpenRepository open = setup.open()) {
            StandardContentClaim claim = open.write(CONTENT);
            release(open, claim);
            await().until(() -> !open.repository().isAccessible(claim));
            assertThatThrownBy(() -> open.read(claim)).isInstanceOf(ContentNotFoundException.class);
            assertThat(setup.container(0).resolve(SwitchOnRecord.FILE_NAME)).exists();
        }
    }

    @Test
    void aClaimIsDeletedAtOnceWithoutAnArchive() throws IOException {
        Setup setup = Setup.sealed(folder).appendableTo("1 B");
        try (OpenRepository open = setup.open()) {
            StandardContentClaim claim = open.write(CONTENT);
            release(open, claim);
            await().until(() -> !open.repository().isAccessible(claim));
        }
    }

    @Test
    void aStartArchivesWhatNoFlowFileHas() throws IOException {
        Setup setup = Setup.sealed(folder).archiving();
        ContentClaim unknown;
        try (OpenRepository open = setup.open()) {
            unknown = open.write(CONTENT);
        }
        try (OpenRepository open = setup.open()) {
            open.repository().cleanup();
            assertThat(OpenRepository.archivedFile(setup, unknown)).exists();
            assertThat(open.read(open.restored(unknown))).isEqualTo(CONTENT);
            assertThat(open.repository().getActiveResourceClaims("container0")).isEmpty();
            assertThat(setup.container(0).resolve(SwitchOnRecord.FILE_NAME)).exists();
        }
    }

    private static void release(OpenRepository open, ContentClaim claim) {
        assertThat(open.repository().decrementClaimantCount(claim)).isZero();
        open.claims().markDestructable(claim.getResourceClaim());
    }
}
