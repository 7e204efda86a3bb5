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
package io.nifireplay.systemtest.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.disk.PlaintextSearch;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A NiFi whose content repository was plain and is switched to the encrypted one, with FlowFiles in its queues. */
@ExtendWith(KeepLogs.class)
class SwitchOnSystemTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String MIGRATION = "nifi.repository.encryption.migration.read.plain.claims";

    private final String plainMarker = "marker-" + UUID.randomUUID();
    private final String sealedMarker = "marker-" + UUID.randomUUID();

    @Test
    void oldClaimsAreReadWhileThatIsAllowedAndNewOnesAreSealed() throws IOException {
        Path home = Homes.fresh("switch-on");
        Path repository = home.resolve("content_repository");
        ContentKeys keys = ContentKeys.create(home.resolve("keys"), "first");
        CheckedContents old;
        CheckedContents leftOver;
        CheckedContents fresh;
        try (NiFiInstance plain = NiFiInstance.in(home).build().start()) {
            ProcessGroup root = plain.client().root();
            old = CheckedContents.in(root.createGroup("old"), plainMarker).make(2_000);
            leftOver = CheckedContents.in(root.createGroup("left over"), plainMarker)
                    .make(100);
            fresh = CheckedContents.in(root.createGroup("fresh"), sealedMarker);
            plain.stop();
        }
        assertThat(PlaintextSearch.of(plainMarker).filesWithHits(repository))
                .as("the search finds what is plain")
                .isNotEmpty();

        List<Path> before =
                PlaintextSearch.files(home.resolve("content_repository")).toList();
        NiFiInstance wrong = NiFiInstance.in(home)
                .properties(keys.properties("first"))
                .property(
                        "nifi.repository.encryption.key.provider.keystore.password.file",
                        Files.writeString(ownerOnly(home.resolve("wrong")), "wrong")
                                .toString())
                .build();
        assertThatThrownBy(wrong::start).isInstanceOf(IllegalStateException.class);
        assertThat(wrong.log())
                .anySatisfy(line -> assertThat(line)
                        .contains("KeyringException")
                        .contains(keys.store().toString())
                        .containsIgnoringCase("password"));
        assertThat(PlaintextSearch.files(repository)).containsExactlyInAnyOrderElementsOf(before);

        try (NiFiInstance nifi = NiFiInstance.in(home)
                .properties(keys.properties("first"))
                .property(MIGRATION, "true")
                .build()
                .start()) {
            CheckedContents contents = old.at(nifi.client());
            FlowFile first = contents.made().flowFiles().getFirst();
            assertThat(contents.made().text(first)).isEqualTo(first.attribute("id") + " " + plainMarker);
            CheckedContents sealed = fresh.at(nifi.client()).make(1_000).startChecking();
            sealed.right().awaitCount(1_000);
            contents.startChecking();
            contents.right().awaitCount(2_000);
            assertThat(contents.wrong().count()).isZero();
            assertThat(PlaintextSearch.of(sealedMarker).filesWithHits(repository))
                    .isEmpty();
            sealed.check().stop();
            sealed.make(100);
            nifi.stop();
        }

        // Migration off: what is left of the plain claims is refused, what was sealed is read.
        try (NiFiInstance nifi = NiFiInstance.in(home)
                .properties(keys.properties("first"))
                .build()
                .start()) {
            CheckedContents sealed = fresh.at(nifi.client()).startChecking();
            sealed.right().awaitCount(1_100);
            CheckedContents refused = leftOver.at(nifi.client()).startChecking();
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(String.join("\n", nifi.log()))
                            .contains("before encryption was switched on")
                            .contains(MIGRATION + "=true"));
            assertThat(refused.right().count() + refused.wrong().count()).isZero();
            assertThat(sealed.wrong().count()).isZero();
            assertThat(PlaintextSearch.of(sealedMarker).filesWithHits(repository))
                    .isEmpty();
        }
    }

    private static Path ownerOnly(Path file) throws IOException {
        return Files.createFile(
                file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
