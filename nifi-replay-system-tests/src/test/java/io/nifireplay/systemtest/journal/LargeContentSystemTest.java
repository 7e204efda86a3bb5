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
package io.nifireplay.systemtest.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An event that is larger than NiFi's heap. */
@ExtendWith(KeepLogs.class)
class LargeContentSystemTest {
    private static final long SIZE = 1L << 30;
    private static final Duration TIMEOUT = Duration.ofMinutes(4);

    private Path home;
    private Path inbox;
    private String hash;

    @BeforeEach
    void layOutTheEvent() throws IOException, NoSuchAlgorithmException {
        home = Homes.fresh("large-content");
        inbox = Files.createDirectories(home.resolve("inbox"));
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] block = new byte[1 << 20];
        Random random = new Random(1);
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(inbox.resolve("event.bin")), sha256)) {
            for (long written = 0; written < SIZE; written += block.length) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        hash = HexFormat.of().formatHex(sha256.digest());
    }

    @AfterEach
    void freeTheDisk() {
        Homes.delete(home);
    }

    @Test
    void comesBackFromTheJournalAsItWas() {
        try (NiFiInstance nifi = NiFiInstance.in(home).heap("512m").build()) {
            nifi.start();
            JournalFlow flow =
                    new JournalFlow(nifi.client().root().createGroup("large"), home.resolve("event_journal"), "2 sec");
            Processor get = flow.add("GetFile", Map.of("Input Directory", inbox.toString()));
            Processor journalEvent = flow.journalEvent();
            Processor digest = flow.add("CryptographicHashContent", Map.of("Hash Algorithm", "SHA-256"));
            Processor complete = flow.completeEvent();
            Connection arriving = flow.connect(get, "success", journalEvent);
            Connection accepted = flow.connect(journalEvent, "accepted", digest);
            flow.connect(digest, "success", complete);
            Replays replays = new Replays(flow, journalEvent);
            flow.startWithout(digest);

            accepted.awaitCount("one", count -> count == 1, TIMEOUT);
            accepted.empty();
            arriving.awaitEmpty();
            replays.awaitEndOfLeases();
            replays.replayMissed("large");
            accepted.awaitCount("one", count -> count == 1, TIMEOUT);
            digest.start();
            FlowFile replayed = flow.queue(complete, "success")
                    .awaitCount("one", count -> count == 1, TIMEOUT)
                    .onlyFlowFile();
            assertThat(replayed.size()).isEqualTo(SIZE);
            assertThat(replayed.attributes())
                    .containsEntry("content_SHA-256", hash)
                    .containsEntry("replay.attempt", "2");
            assertThat(nifi.log()).noneMatch(line -> line.contains("OutOfMemoryError"));
        }
    }
}
