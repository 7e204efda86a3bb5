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
package io.nifireplay.audit.held;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHasher;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.Checkpoint;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.OwnTimeStampAuthority;
import io.nifireplay.audit.testing.Trees;
import io.nifireplay.audit.verify.HeldCheckpoint;
import io.nifireplay.audit.verify.HeldFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeStampsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.now().truncatedTo(ChronoUnit.SECONDS), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private final OwnTimeStampAuthority authority = OwnTimeStampAuthority.make(CLOCK);
    private final TimeStamps stamps = new TimeStamps(List.of(authority.root()));

    private static SignedCheckpoint checkpoint(long size) {
        return new Checkpoint(Keys.ORIGIN, new TreeHead(size, Hash.of(new byte[Hash.BYTES])))
                .sign(List.of(Keys.signing(1)));
    }

    private byte[] stamp(SignedCheckpoint checkpoint) throws IOException {
        return authority.stamp(TimeStampedFolder.sha256(checkpoint.bytes()));
    }

    @Test
    void aTimeStampStatesWhenACheckpointWasThere() throws IOException {
        byte[] token = stamp(checkpoint(7));

        assertThat(stamps.verify(token, checkpoint(7))).isEqualTo(CLOCK.instant());
        assertThat(new TimeStamps(List.of(authority.certificate())).verify(token, checkpoint(7)))
                .as("the authority's own certificate may be the one that is trusted")
                .isEqualTo(CLOCK.instant());
    }

    @Test
    void aTimeStampOfSomethingElseIsNone() throws IOException {
        byte[] token = stamp(checkpoint(7));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> stamps.verify(token, checkpoint(8)))
                .withMessageContaining("for something else");
    }

    @Test
    void aTimeStampOfAnAuthorityThatIsNotTrustedIsNone() throws IOException {
        byte[] token = stamp(checkpoint(7));
        TimeStamps others =
                new TimeStamps(List.of(OwnTimeStampAuthority.make(CLOCK).root()));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> others.verify(token, checkpoint(7)));
    }

    @Test
    void noChangedByteOfATimeStampPassesWithAnotherTime() throws IOException {
        byte[] token = stamp(checkpoint(7));
        for (int i = 0; i < token.length; i++) {
            byte[] changed = token.clone();
            changed[i] ^= 1;
            try {
                assertThat(stamps.verify(changed, checkpoint(7))).isEqualTo(CLOCK.instant());
            } catch (IOException e) {
                // Refused, as nearly all are; some bytes, as those of certificates that are not needed, say nothing.
            }
        }
    }

    @Test
    void aLogsCheckpointsAreStampedOverHttpAndVerified() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/tsa", exchange -> {
            byte[] answer = authority.answer(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        server.start();
        try {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/tsa");
            TimeStampedFolder outside = new TimeStampedFolder(
                    new CheckpointFolder(folder.resolve("outside"), CLOCK),
                    new HttpTimeStampAuthority(uri, new SecureRandom()),
                    Duration.ofHours(1),
                    CLOCK);
            LogOptions options = LogOptions.defaults(folder.resolve("trail"), Keys.signing(1))
                    .withCheckpointInterval(Duration.ZERO)
                    .withReceivers(List.of(outside));
            try (TransparencyLog log = TransparencyLog.open(options)) {
                log.append(Entries.brief(0, 3));
                log.checkpoint();
                log.append(Entries.brief(3, 5));
            }
        } finally {
            server.stop(0);
        }

        List<HeldCheckpoint> held = HeldFiles.read(List.of(folder.resolve("outside")), Optional.of(stamps));
        assertThat(held).hasSizeGreaterThanOrEqualTo(2);
        assertThat(held.stream().filter(each -> each.time().isPresent()))
                .as("one an hour")
                .singleElement()
                .satisfies(each -> assertThat(each.time()).contains(CLOCK.instant()));
    }

    @Test
    void anAuthorityThatDoesNotAnswerIsTriedAgainAMinuteLaterAndCheckpointsAreHeldNevertheless() throws IOException {
        boolean[] isDown = {true};
        int[] asked = {0};
        Instant[] now = {CLOCK.instant()};
        InstantSource time = () -> now[0];
        TimeStampAuthority failing = new TimeStampAuthority() {
            @Override
            public String description() {
                return "an authority that is down";
            }

            @Override
            public byte[] stamp(byte[] sha256) throws IOException {
                asked[0]++;
                if (isDown[0]) {
                    throw new IOException("down");
                }
                return authority.stamp(sha256);
            }
        };
        Path outside = folder.resolve("outside");
        TimeStampedFolder receiver = new TimeStampedFolder(
                new CheckpointFolder(outside, CLOCK), failing, Duration.ofHours(1), time.withZone(ZoneOffset.UTC));

        for (int size = 1; size <= 3; size++) {
            SignedCheckpoint each = checkpoint(size);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> receiver.receive(each))
                    .withMessage("down");
        }
        assertThat(Trees.files(outside)).hasSize(3).allMatch(file -> file.endsWith(".checkpoint"));
        assertThat(asked[0])
                .as("its time-out is not waited for with each checkpoint")
                .isEqualTo(1);
        isDown[0] = false;
        now[0] = now[0].plus(TimeStampedFolder.RETRY);
        receiver.receive(checkpoint(3));
        assertThat(Trees.files(outside)).hasSize(4).last().asString().endsWith(".checkpoint.tst");
    }

    @Test
    void aFolderNeverReplacesACheckpointByAContradictingOne() throws IOException {
        Path outside = folder.resolve("outside");
        CheckpointFolder receiver = new CheckpointFolder(outside, CLOCK);
        SignedCheckpoint fork =
                new Checkpoint(Keys.ORIGIN, new TreeHead(1, new TreeHasher().empty())).sign(List.of(Keys.signing(1)));
        receiver.receive(checkpoint(1));
        receiver.receive(checkpoint(1));
        assertThat(Trees.files(outside)).hasSize(1);

        receiver.receive(fork);
        receiver.receive(fork);

        assertThat(HeldFiles.read(List.of(outside), Optional.empty()))
                .extracting(HeldCheckpoint::checkpoint)
                .containsExactlyInAnyOrder(checkpoint(1), fork);
        receiver.receive(checkpoint(12));
        assertThat(receiver.newest()).containsExactly(checkpoint(12));
        Files.writeString(
                outside.resolve(CLOCK.instant().toString().substring(0, 10)).resolve("9.checkpoint"), "?");
        assertThatExceptionOfType(IOException.class).isThrownBy(receiver::newest);
    }
}
