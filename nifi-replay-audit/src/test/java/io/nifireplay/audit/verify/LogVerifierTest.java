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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.merkle.TreeHasher;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.Checkpoint;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Trees;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.MalformedTileException;
import io.nifireplay.audit.tiles.TileDirectory;
import io.nifireplay.audit.tiles.TileEdge;
import io.nifireplay.audit.tiles.TilePath;
import io.nifireplay.audit.tiles.TileReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogVerifierTest {
    private static final SigningKey KEY = Keys.signing(1);
    private static final int SIZE = 1000;

    @TempDir
    private static Path shared;

    private static Path original;
    private static SignedCheckpoint at600;
    private static SignedCheckpoint at1000;

    @TempDir
    private Path folder;

    private Path log;

    @BeforeAll
    static void write() {
        Path directory = shared.resolve("trail");
        try (TransparencyLog written =
                TransparencyLog.open(LogOptions.defaults(directory, KEY).withCheckpointInterval(Duration.ZERO))) {
            written.append(Entries.brief(0, 300));
            written.checkpoint();
            written.append(Entries.brief(300, 600));
            at600 = written.checkpoint();
            written.append(Entries.brief(600, SIZE));
            at1000 = written.checkpoint();
        }
        original = directory.resolve("log");
    }

    @BeforeEach
    void copy() {
        log = Trees.copy(original, folder.resolve("log"));
    }

    private static HeldCheckpoint held(SignedCheckpoint checkpoint) {
        return new HeldCheckpoint("the auditor", checkpoint, Optional.empty());
    }

    private VerificationReport verify(HeldCheckpoint... held) throws IOException {
        return LogVerifier.verify(VerificationRequest.of(log, KEY.verifierKey())
                .withHeld(List.of(held))
                .withThreads(2));
    }

    private void flip(String file, long bit) throws IOException {
        byte[] bytes = Files.readAllBytes(log.resolve(file));
        bytes[(int) (bit / Byte.SIZE)] ^= (byte) (1 << bit % Byte.SIZE);
        Files.write(log.resolve(file), bytes);
    }

    /** Writes a log of these entries in its place, as somebody does who has the disk, with the key or another one. */
    private void rewrite(List<byte[]> entries, SigningKey key) throws IOException {
        Trees.delete(log);
        TileEdge edge = new TileEdge();
        TreeHasher hasher = new TreeHasher();
        for (byte[] entry : entries) {
            edge.append(hasher.leaf(entry).bytes(), 0, this::write);
        }
        edge.partial(this::write);
        for (int from = 0; from < entries.size(); from += TilePath.FULL) {
            List<byte[]> bundle = entries.subList(from, Math.min(entries.size(), from + TilePath.FULL));
            write(new TilePath(TilePath.ENTRIES, from / TilePath.FULL, bundle.size()), EntryBundle.encode(bundle));
        }
        TreeHead head = edge.frontier().head();
        Files.write(
                log.resolve("checkpoint"),
                new Checkpoint(Keys.ORIGIN, head).sign(List.of(key)).bytes());
    }

    private void write(TilePath path, byte[] bytes) throws IOException {
        Path file = log.resolve(path.toString());
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private List<byte[]> entries() throws IOException, MalformedTileException {
        List<byte[]> entries = new ArrayList<>();
        for (int from = 0; from < SIZE; from += TilePath.FULL) {
            int width = Math.min(TilePath.FULL, SIZE - from);
            EntryBundle bundle = TileReading.entries(
                    new TileDirectory(log), new TilePath(TilePath.ENTRIES, from / TilePath.FULL, width));
            for (int i = 0; i < width; i++) {
                entries.add(bundle.entry(i));
            }
        }
        return entries;
    }

    @Test
    void anIntactLogIsIntactAndWhatItCannotShowIsSaid() throws IOException {
        VerificationReport report = verify();

        assertThat(report.isIntact()).isTrue();
        assertThat(report.entries()).isEqualTo(SIZE);
        assertThat(report.unchecked()).singleElement().asString().contains("end was cut off");
        assertThat(verify(held(at600), held(at1000)).unchecked()).isEmpty();
        assertThat(verify(held(at600), held(at1000)).compared()).hasSize(2);
    }

    @Test
    void anyBitThatIsChangedAnywhereIsFoundByTheWholeVerification() throws IOException {
        long seed = Long.getLong("log-verifier.seed", System.nanoTime());
        Random dice = new Random(seed);
        List<String> files = Trees.files(log);
        for (int i = 0; i < 300; i++) {
            String file = files.get(i % files.size());
            long bit = dice.nextLong(Files.size(log.resolve(file)) * Byte.SIZE);
            flip(file, bit);
            assertThat(verify().isIntact())
                    .as("bit %d of %s, -Dlog-verifier.seed=%d", bit, file, seed)
                    .isFalse();
            flip(file, bit);
        }
        assertThat(verify().isIntact()).isTrue();
    }

    @Test
    void theFirstEntryThatDoesNotFitIsNamed() throws IOException, MalformedTileException {
        List<byte[]> entries = entries();
        byte[] bytes = Files.readAllBytes(log.resolve("tile/entries/002"));
        EntryBundle bundle = EntryBundle.parse(bytes, 256);
        for (int entry : new int[] {30, 200}) {
            bytes[bundle.start(entry) + 40] ^= 1;
        }
        Files.write(log.resolve("tile/entries/002"), bytes);

        VerificationReport report = verify();

        assertThat(report.firstMisfit()).contains(new Problem.Range(542, 542));
        assertThat(report.text()).contains("The first that does not fit: entry 542");
        assertThat(entries).hasSize(SIZE);
    }

    @Test
    void theFirstMisfitIsNamedTooWhereTheLengthOfAnEntryWasChanged() throws IOException, MalformedTileException {
        byte[] bytes = Files.readAllBytes(log.resolve("tile/entries/001"));
        int start = EntryBundle.parse(bytes, 256).start(77);
        bytes[start - 1] += 1;
        Files.write(log.resolve("tile/entries/001"), bytes);

        assertThat(verify().firstMisfit()).contains(new Problem.Range(333, 333));
    }

    @Test
    void aTileThatWasChangedIsToldFromEntriesThatWereChanged() throws IOException {
        flip("tile/0/001", 8L * 32 * 7);

        VerificationReport report = verify();

        assertThat(report.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).contains("tile/0/001");
            assertThat(problem.message()).contains("The tile was changed");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tile/0/000.bak",
                "tile/0/000.p/256",
                "tile/entries/0",
                "tile/9/000",
                "checkpoint.new",
                ".hidden",
                "tile/0/x000/001"
            })
    void aFileThatDoesNotBelongThereIsFound(String stray) throws IOException {
        Files.createDirectories(log.resolve(stray).getParent());
        Files.write(log.resolve(stray), new byte[32]);

        assertThat(verify().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.file()).contains(stray));
    }

    @Test
    void anyFileThatIsMissingIsMissed() throws IOException {
        // All but the partial ones of older checkpoints, which may go.
        for (String file : Trees.files(log)) {
            if (file.matches("tile/(0|entries)/00[01]\\.p/.*|tile/1/000.p/[12]|tile/(0|entries)/002\\.p/.*")) {
                continue;
            }
            byte[] bytes = Files.readAllBytes(log.resolve(file));
            Files.delete(log.resolve(file));
            assertThat(verify().isIntact()).as(file).isFalse();
            Files.write(log.resolve(file), bytes);
        }
    }

    @Test
    void aStalePartialTileThatWasChangedIsFound() throws IOException {
        assertThat(Files.exists(log.resolve("tile/1/000.p/1"))).isTrue();
        flip("tile/1/000.p/1", 5);

        assertThat(verify().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.file()).contains("tile/1/000.p/1"));
    }

    @Test
    void aCutThatGoesBackToAnOlderCheckpointIsFoundByOneThatIsHeldElsewhere()
            throws IOException, MalformedTileException {
        rewrite(entries().subList(0, 600), KEY);
        Files.write(log.resolve("checkpoint"), at600.bytes());

        assertThat(verify().isIntact()).as("nothing is held elsewhere").isTrue();
        VerificationReport report = verify(held(at600), held(at1000));
        assertThat(report.firstMisfit()).contains(new Problem.Range(600, 999));
        assertThat(report.text()).contains("was cut off").contains("DOES NOT FIT");
    }

    @Test
    void aLogRewrittenWithItsOwnKeyIsFoundByACheckpointHeldElsewhere() throws IOException, MalformedTileException {
        List<byte[]> removed = entries();
        removed.remove(700);
        List<byte[]> reordered = entries();
        Collections.swap(reordered, 650, 651);
        List<byte[]> changed = entries();
        changed.set(800, "{\"action\":\"policy changed\"}".getBytes(StandardCharsets.UTF_8));
        for (List<byte[]> forged : List.of(removed, reordered, changed)) {
            rewrite(forged, KEY);
            assertThat(verify().isIntact()).as("by itself it is whole").isTrue();
            VerificationReport report = verify(held(at600), held(at1000));
            assertThat(report.isIntact()).isFalse();
            assertThat(report.compared())
                    .singleElement()
                    .satisfies(compared -> assertThat(compared.size()).isEqualTo(600));
        }
    }

    @Test
    void aLogSignedWithAnotherKeyIsFound() throws IOException, MalformedTileException {
        rewrite(entries(), Keys.signing(2));

        assertThat(verify(held(at1000)).problems())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem.message()).contains("It is not signed by " + KEY.verifierKey()));
    }

    @Test
    void aKeyThatOnlyTheForgerAnnouncedIsNotFollowed() throws IOException, MalformedTileException {
        SigningKey forger = Keys.signing(2);
        List<byte[]> entries = entries();
        entries.add(("{\"action\":\"signing key announced\",\"actor\":\"unknown\",\"at\":\"2026-11-25T12:00:00.000Z\","
                        + "\"key\":\"" + forger.verifierKey() + "\",\"version\":1}")
                .getBytes(StandardCharsets.UTF_8));
        rewrite(entries, forger);

        assertThat(verify().isIntact()).isFalse();
    }

    @Test
    void entriesThatAreNotCanonicalAreNamed() throws IOException, MalformedTileException {
        List<byte[]> entries = entries();
        entries.set(3, "{\"action\":\"policy changed\", \"actor\":\"unknown\"}".getBytes(StandardCharsets.UTF_8));
        entries.set(9, "{\"actor\":\"unknown\"}".getBytes(StandardCharsets.UTF_8));
        rewrite(entries, KEY);

        assertThat(verify().problems())
                .extracting(problem -> problem.entries().map(Problem.Range::first))
                .containsExactly(Optional.of(3L), Optional.of(9L));
    }

    @Test
    void aCheckpointOfAnotherLogIsNotCompared() throws IOException {
        SignedCheckpoint other =
                new Checkpoint("example.com/other", at600.head()).sign(List.of(Keys.signing("example.com/other", 1)));

        VerificationReport report = verify(held(other), held(at600));

        assertThat(report.isIntact()).isTrue();
        assertThat(report.compared()).hasSize(1);
        assertThat(report.unchecked()).singleElement().asString().contains("of another log");
        assertThatExceptionOfType(IOException.class)
                .as("with nothing else the log may be another one")
                .isThrownBy(() -> verify(held(other)))
                .withMessageContaining("nothing could be compared")
                .withMessageContaining("example.com/other");
        flip("tile/1/000.p/1", 5);
        assertThat(verify(held(other)).isIntact())
                .as("a misfit is told all the same")
                .isFalse();
    }

    @Test
    void aLogThatIsBeingWrittenMeanwhileIsVerifiedUpToItsCheckpoint() throws IOException {
        Files.write(log.resolve("checkpoint"), at600.bytes());

        VerificationReport report = verify(held(at600));

        assertThat(report.problems()).isEmpty();
        assertThat(report.entries()).isEqualTo(600);
        assertThat(report.notes()).anySatisfy(note -> assertThat(note).contains("more than the checkpoint covers"));
    }

    @Test
    void aForgedSizeIsNotBelieved() throws IOException {
        Files.write(
                log.resolve("checkpoint"),
                new Checkpoint(Keys.ORIGIN, new TreeHead(1L << 60, at600.head().root()))
                        .sign(List.of(Keys.signing(2)))
                        .bytes());

        assertThat(verify().isIntact()).isFalse();
    }

    @Test
    void anEventIsProvedToBeInTheLog() throws IOException {
        VerificationReport report = LogVerifier.verify(
                VerificationRequest.of(log, KEY.verifierKey()).withEvent("policy 777"));

        assertThat(report.found()).singleElement().satisfies(found -> {
            assertThat(found.index()).isEqualTo(777);
            assertThat(found.text()).contains("\"policy 777\"");
            assertThat(found.proof()
                            .proves(
                                    new TreeHasher().leaf(found.text().getBytes(StandardCharsets.UTF_8)),
                                    at1000.head().root()))
                    .isTrue();
        });
    }
}
