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
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import jdk.jfr.consumer.RecordingStream;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardResourceClaim;
import org.apache.nifi.controller.repository.claim.StandardResourceClaimManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlySyncTest {
    private static final String ALWAYS_SYNC = "nifi.content.repository.always.sync";
    private static final byte[] MEGABYTE = new byte[1 << 20];
    private static final int STEP = (int) (EarlySync.STEP_BYTES / MEGABYTE.length);

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final List<Integer> synced = new ArrayList<>();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final EarlySync out = new EarlySync(file, () -> synced.add(file.size()), tasks::add);

    private void write(int megabytes) throws IOException {
        for (int i = 0; i < megabytes; i++) {
            out.write(MEGABYTE);
        }
    }

    @Test
    void syncsAfterEachStepAndNotBefore() throws IOException {
        write(STEP - 1);
        assertThat(tasks).isEmpty();
        write(1);
        tasks.remove().run();
        write(STEP);
        tasks.remove().run();
        assertThat(synced).containsExactly(STEP * MEGABYTE.length, 2 * STEP * MEGABYTE.length);
    }

    @Test
    void startsNoSecondSyncBesideOneThatRuns() throws IOException {
        write(3 * STEP);
        assertThat(tasks).hasSize(1);
        tasks.remove().run();
        write(1);
        assertThat(tasks).as("the next is due").hasSize(1);
    }

    @Test
    void goesOnAfterASyncThatFailed() throws IOException {
        EarlySync failing = new EarlySync(
                file,
                () -> {
                    synced.add(file.size());
                    throw new IllegalStateException("full");
                },
                task -> assertThatCode(task::run).hasMessage("full"));
        for (int i = 0; i < 2 * STEP; i++) {
            failing.write(MEGABYTE);
        }
        failing.close();
        assertThat(synced).as("the next is tried all the same").hasSize(2);
        assertThat(file.size()).isEqualTo(2 * STEP * MEGABYTE.length);
    }

    @Test
    void syncsAFileThatIsThereAndLeavesOneThatIsNot(@TempDir Path container) throws IOException {
        ClaimFiles files = new ClaimFiles(Map.of("default", container), System::nanoTime);
        StandardResourceClaim claim =
                new StandardResourceClaim(new StandardResourceClaimManager(), "default", "1", "1-1", false);
        assertThatCode(() -> files.sync(claim)).doesNotThrowAnyException();
        Files.write(Files.createDirectory(container.resolve("1")).resolve("1-1"), MEGABYTE);
        files.sync(claim);
        assertThat(container.resolve("1").resolve("1-1")).hasBinaryContent(MEGABYTE);
    }

    @Test
    void isWhatTheRepositoryWritesThroughWhenNiFiIsToSync(@TempDir Path root) throws IOException {
        writing(Setup.sealed(root).with(ALWAYS_SYNC, "true"), (jdk, forced) -> await().until(() -> !forced.isEmpty()));
    }

    @Test
    void isNotWhatTheRepositoryWritesThroughOtherwise(@TempDir Path root) throws IOException {
        writing(Setup.sealed(root).with(ALWAYS_SYNC, "false"), (jdk, forced) -> {
            jdk.stop();
            assertThat(forced).isEmpty();
        });
    }

    /** @param check sees which channels the JDK has forced to disk before the claim was closed */
    private static void writing(Setup setup, BiConsumer<RecordingStream, Collection<String>> check) throws IOException {
        Queue<String> forced = new ConcurrentLinkedQueue<>();
        try (OpenRepository open = setup.open();
                RecordingStream jdk = new RecordingStream()) {
            ContentClaim claim = open.repository().create(false);
            String file = OpenRepository.file(setup, claim).toString();
            jdk.enable("jdk.FileForce").withoutThreshold();
            jdk.onEvent("jdk.FileForce", event -> {
                if (file.equals(event.getString("path"))) {
                    forced.add(file);
                }
            });
            jdk.startAsync();
            try (OutputStream content = open.repository().write(claim)) {
                for (int i = 0; i <= STEP; i++) {
                    content.write(MEGABYTE);
                }
                check.accept(jdk, forced);
            }
        }
    }
}
