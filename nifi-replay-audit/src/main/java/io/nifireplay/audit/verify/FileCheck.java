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

import io.nifireplay.audit.json.CanonicalSequence;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHasher;
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.VerifierKey;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.MalformedTileException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The checks of one file of a log, each for itself. For one thread. */
final class FileCheck {
    /** How every entry begins: {@code action} is the first name in the order of RFC 8785. */
    private static final byte[] BEGINNING = "{\"action\":\"".getBytes(StandardCharsets.US_ASCII);

    private final TreeHasher hasher = new TreeHasher();
    private final CanonicalSequence canonical = new CanonicalSequence();

    TreeHasher hasher() {
        return hasher;
    }

    /** The entries of a bundle's file. */
    static EntryBundle bundle(byte[] bytes, int width) throws MalformedTileException {
        return EntryBundle.parse(bytes, width);
    }

    /**
     * The first of some entries whose hash is not the one that its tile has.
     *
     * @param leafHashes of the entries from the first one to the last one, as they were computed
     * @param tile the file of level 0
     * @param from the first of these entries
     */
    static OptionalInt firstMisfit(byte[] leafHashes, byte[] tile, int from) {
        int start = from * Hash.BYTES;
        int length = Math.max(0, Math.min(leafHashes.length, tile.length - start));
        int differs = Arrays.mismatch(leafHashes, 0, leafHashes.length, tile, start, start + length);
        return differs < 0 ? OptionalInt.empty() : OptionalInt.of(from + differs / Hash.BYTES);
    }

    /** Whether an entry is written in the one way that is allowed. */
    boolean isEntry(EntryBundle bundle, int entry) {
        byte[] bytes = bundle.bytes();
        int start = bundle.start(entry);
        int end = start + bundle.length(entry);
        return end - start > BEGINNING.length && begins(bytes, start) && canonical.holds(bytes, start, end);
    }

    private static boolean begins(byte[] bytes, int start) {
        for (int i = 0; i < BEGINNING.length; i++) {
            if (bytes[start + i] != BEGINNING[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a file of hashes begins as it must; a partial one of an older checkpoint is as short as it was then. */
    static boolean isBeginning(byte[] file, int width, byte[] hashes) {
        int length = width * Hash.BYTES;
        return file.length == length
                && Arrays.equals(file, 0, Math.min(length, hashes.length), hashes, 0, Math.min(length, hashes.length));
    }

    /**
     * What is wrong with the log's own checkpoint, which its keys and nobody else have signed.
     *
     * @param signers one of these lists must be who has signed it
     */
    static Optional<String> checkpoint(byte[] bytes, String origin, List<List<VerifierKey>> signers) {
        SignedCheckpoint checkpoint;
        try {
            checkpoint = SignedCheckpoint.parse(bytes);
        } catch (MalformedNoteException e) {
            return Optional.of("It is no checkpoint: " + e.getMessage());
        }
        if (!checkpoint.checkpoint().origin().equals(origin)) {
            return Optional.of(
                    "It is of another log, '" + checkpoint.checkpoint().origin() + "'; the key is of '" + origin + "'");
        }
        if (signers.stream().noneMatch(keys -> checkpoint.note().isSignedByExactly(keys))) {
            return Optional.of("It is not signed by " + signers.getLast().getLast() + ", or not by it alone");
        }
        return Optional.empty();
    }
}
