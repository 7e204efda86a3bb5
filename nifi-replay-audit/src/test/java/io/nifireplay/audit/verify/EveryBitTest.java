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

import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.note.VerifierKey;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Trees;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.MalformedTileException;
import io.nifireplay.audit.tiles.TilePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes every single bit of every file of a log of 1,000 entries, and asks the verifier's check of that file each time.
 * {@link LogVerifierTest} asks the whole verification, which is made of these checks, for some of them.
 */
class EveryBitTest {
    private static final SigningKey KEY = Keys.signing(1);
    private static final int SIZE = 1000;

    @TempDir
    private Path folder;

    private Path log;

    private byte[] read(TilePath path) throws IOException {
        return Files.readAllBytes(log.resolve(path.toString()));
    }

    @Test
    void everySingleBitThatIsChangedInAnyFileIsFound() throws IOException, MalformedTileException {
        Path directory = folder.resolve("trail");
        try (TransparencyLog written =
                TransparencyLog.open(LogOptions.defaults(directory, KEY).withCheckpointInterval(Duration.ZERO))) {
            written.append(LongStream.range(0, 300).mapToObj(Entries::attempt).toList());
            written.checkpoint();
            written.append(LongStream.range(300, 800).mapToObj(Entries::attempt).toList());
            written.checkpoint();
            written.append(
                    LongStream.range(800, SIZE).mapToObj(Entries::attempt).toList());
        }
        log = directory.resolve("log");
        assertThat(LogVerifier.verify(VerificationRequest.of(log, KEY.verifierKey()))
                        .isIntact())
                .isTrue();
        long bits = 0;
        List<String> stale = new ArrayList<>();
        for (String file : Trees.files(log)) {
            byte[] bytes = Files.readAllBytes(log.resolve(file));
            if (file.equals("checkpoint")) {
                everyBitOfTheCheckpoint(bytes);
            } else {
                TilePath path = TilePath.parse(file).orElseThrow();
                if (!path.equals(present(path.level(), path.index()))) {
                    stale.add(file);
                    everyBitOfAnotherWidth(path, bytes);
                } else if (path.isEntries()) {
                    everyBitOfABundle(path, bytes);
                } else {
                    everyBitOfATile(path, bytes);
                }
            }
            bits += (long) bytes.length * Byte.SIZE;
        }
        System.out.println("EveryBitTest: " + bits + " bits changed, each was found");
        assertThat(bits).isGreaterThan(4_000_000);
        assertThat(stale).contains("tile/entries/003.p/32", "tile/0/003.p/32", "tile/1/000.p/1");
    }

    /** The file of the width that the checkpoint asks for. */
    private static TilePath present(int level, long index) {
        long from = index * TilePath.FULL;
        return new TilePath(level, index, (int) Math.min(TilePath.FULL, TilePath.hashes(level, SIZE) - from));
    }

    /** A partial file of an older checkpoint is compared with the file that has taken its place. */
    private void everyBitOfAnotherWidth(TilePath path, byte[] bytes) throws IOException {
        byte[] checked = path.isEntries()
                ? read(present(path.level(), path.index()))
                : computed(present(path.level(), path.index()));
        assertThat(fitsAnotherWidth(path, bytes, checked)).isTrue();
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            flip(bytes, bit);
            if (fitsAnotherWidth(path, bytes, checked)) {
                throw new AssertionError("Bit " + bit + " of " + path + " was not found");
            }
            flip(bytes, bit);
        }
    }

    private static boolean fitsAnotherWidth(TilePath path, byte[] bytes, byte[] checked) throws IOException {
        Findings findings = new Findings();
        OtherWidths others = new OtherWidths(asked -> Optional.of(bytes), findings);
        if (path.isEntries()) {
            others.checkEntries(List.of(path), checked);
        } else {
            others.checkHashes(List.of(path), checked);
        }
        return findings.isEmpty();
    }

    private static void everyBitOfTheCheckpoint(byte[] bytes) {
        List<List<VerifierKey>> signers = List.of(List.of(KEY.verifierKey()));
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            flip(bytes, bit);
            if (FileCheck.checkpoint(bytes, Keys.ORIGIN, signers).isEmpty()) {
                throw new AssertionError("Bit " + bit + " of the checkpoint was not found");
            }
            flip(bytes, bit);
        }
        assertThat(FileCheck.checkpoint(bytes, Keys.ORIGIN, signers)).isEmpty();
    }

    /** The entries whose bytes are as they were have the hashes that they had: those around the bit are looked at. */
    private void everyBitOfABundle(TilePath path, byte[] bytes) throws IOException, MalformedTileException {
        int width = path.width();
        byte[] tile = read(new TilePath(0, path.index(), width));
        FileCheck check = new FileCheck();
        EntryBundle whole = FileCheck.bundle(bytes, width);
        assertThat(FileCheck.firstMisfit(whole.leafHashes(check.hasher(), 0, width), tile, 0))
                .isEmpty();
        for (int entry = 0; entry < width; entry++) {
            int from = (whole.start(entry) - Short.BYTES) * Byte.SIZE;
            int to = (whole.start(entry) + whole.length(entry)) * Byte.SIZE;
            for (int bit = from; bit < to; bit++) {
                flip(bytes, bit);
                if (isFitting(check, bytes, width, entry, tile)) {
                    throw new AssertionError("Bit " + bit + " of " + path + " was not found");
                }
                flip(bytes, bit);
            }
        }
    }

    private static boolean isFitting(FileCheck check, byte[] bytes, int width, int entry, byte[] tile) {
        try {
            byte[] row = FileCheck.bundle(bytes, width).leafHashes(check.hasher(), entry, entry + 1);
            return FileCheck.firstMisfit(row, tile, entry).isEmpty();
        } catch (MalformedTileException e) {
            return false;
        }
    }

    private void everyBitOfATile(TilePath path, byte[] bytes) throws IOException {
        byte[] computed = computed(path);
        assertThat(FileCheck.isBeginning(bytes, path.width(), computed)).isTrue();
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            flip(bytes, bit);
            if (FileCheck.isBeginning(bytes, path.width(), computed)
                    || FileCheck.firstMisfit(computed, bytes, 0).isEmpty()) {
                throw new AssertionError("Bit " + bit + " of " + path + " was not found");
            }
            flip(bytes, bit);
        }
    }

    /** What the verifier computes for a tile, from the entries. */
    private byte[] computed(TilePath path) throws IOException {
        byte[] bundleRoots = new byte[SIZE / TilePath.FULL * Hash.BYTES];
        FileCheck check = new FileCheck();
        for (int index = 0; index < SIZE / TilePath.FULL; index++) {
            check.hasher().perfect(leaves(index), 0, TilePath.FULL).copyTo(bundleRoots, index * Hash.BYTES);
        }
        byte[] all = path.level() == 0
                ? leaves(path.index())
                : new ComputedTree(SIZE, bundleRoots, this::leaves).level(path.level());
        return Arrays.copyOf(all, path.width() * Hash.BYTES);
    }

    private byte[] leaves(long index) throws IOException {
        int width = (int) Math.min(TilePath.FULL, SIZE - index * TilePath.FULL);
        try {
            return FileCheck.bundle(read(new TilePath(TilePath.ENTRIES, index, width)), width)
                    .leafHashes(new FileCheck().hasher(), 0, width);
        } catch (MalformedTileException e) {
            throw new IOException(e);
        }
    }

    private static void flip(byte[] bytes, int bit) {
        bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    }
}
