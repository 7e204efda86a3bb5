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
package io.nifireplay.audit.log;

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.entry.EntryJson;
import io.nifireplay.audit.held.CheckpointReceiver;
import io.nifireplay.audit.merkle.Frontier;
import io.nifireplay.audit.merkle.MerkleTree;
import io.nifireplay.audit.merkle.TreeHasher;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.VerifierKey;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.MalformedTileException;
import io.nifireplay.audit.tiles.TileDirectory;
import io.nifireplay.audit.tiles.TileEdge;
import io.nifireplay.audit.tiles.TilePath;
import io.nifireplay.audit.tiles.TileReading;
import io.nifireplay.audit.tiles.TiledTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a log is when it is opened: the last checkpoint, and the entries behind it that were acknowledged. Read and compared
 * before anything is written.
 *
 * @param wal ready for appending
 * @param acknowledgedHead up to what was acknowledged
 * @param published the last checkpoint
 * @param edge the tree at the last checkpoint
 * @param partialBundle its last entries
 * @param unpublished entries behind it
 * @param frontier the tree with these
 */
record Opening(
        WriteAheadLog wal,
        AcknowledgedHead acknowledgedHead,
        SignedCheckpoint published,
        TileEdge edge,
        byte[] partialBundle,
        List<Batch> unpublished,
        Frontier frontier) {
    static Opening open(LogOptions options, LogDirectory directory) throws IOException {
        return new Reader(options, directory).read();
    }

    /** Whether a batch begins with the entry that a new key signs from now on. */
    static boolean isConfirmation(Batch batch) {
        byte[] wanted = ("{\"action\":\"" + EntryJson.SIGNING_KEY_CONFIRMED + "\"").getBytes(StandardCharsets.UTF_8);
        byte[] entry = batch.entries().getFirst();
        return entry.length > wanted.length && Arrays.equals(entry, 0, wanted.length, wanted, 0, wanted.length);
    }

    private static final class Reader {
        private final LogOptions options;
        private final LogDirectory directory;
        private final Evidence evidence;

        private Reader(LogOptions options, LogDirectory directory) {
            this.options = options;
            this.directory = directory;
            evidence = new Evidence(directory.directory());
        }

        private AuditException damaged(String what) {
            return LastCheckpoint.damaged(directory.directory(), what);
        }

        private Opening read() throws IOException {
            boolean isMade = directory.isMade();
            AcknowledgedHead acknowledgedHead = AcknowledgedHead.open(directory.acknowledged());
            collectEvidence(acknowledgedHead, isMade);
            if (!isMade) {
                make(acknowledgedHead);
            }
            SignedCheckpoint published = LastCheckpoint.read(directory.directory(), options);
            TileDirectory tiles = new TileDirectory(directory.published());
            try {
                TileEdge edge = edge(tiles, published.head());
                byte[] partialBundle = partialBundle(tiles, edge);
                comparePublished(tiles, published.head());
                return replay(acknowledgedHead, published, edge, partialBundle);
            } catch (MalformedTileException e) {
                throw damaged("is damaged: " + e.getMessage());
            }
        }

        private void collectEvidence(AcknowledgedHead acknowledgedHead, boolean isMade) throws IOException {
            Optional<TreeHead> acknowledged = acknowledgedHead.read();
            if (acknowledged.isPresent()) {
                evidence.add(acknowledged.get(), "its own file " + directory.acknowledged());
            } else if (isMade) {
                throw damaged("has lost its file " + directory.acknowledged()
                        + ", which says up to where entries were acknowledged");
            }
            options.knownHead().ifPresent(head -> evidence.add(head, "who opens it"));
            for (CheckpointReceiver receiver : options.receivers()) {
                try {
                    for (SignedCheckpoint held : receiver.newest()) {
                        if (isOurs(held)) {
                            evidence.add(held.head(), receiver.description());
                        }
                    }
                } catch (IOException e) {
                    throw new AuditException(
                            "The audit trail " + directory.directory() + " cannot be opened before it agrees with "
                                    + receiver.description() + ", which cannot be read: " + e
                                    + ". Make it readable, or take it out of the settings if it is gone for good",
                            e);
                }
            }
        }

        /** A checkpoint of another log, or one that our key has not signed although it says so, proves nothing here. */
        private boolean isOurs(SignedCheckpoint held) {
            VerifierKey key = options.signingKey().verifierKey();
            return held.checkpoint().origin().equals(options.origin())
                    && (!held.note().names(key) || held.note().isSignedBy(key));
        }

        private void make(AcknowledgedHead acknowledgedHead) throws IOException {
            TreeHead empty = new Frontier().head();
            evidence.requireAtLeast(0);
            Publisher.sign(directory, options.origin(), empty, List.of(options.signingKey()));
            acknowledgedHead.write(empty);
            Durable.sync(directory.acknowledged());
            directory.markMade();
        }

        private TileEdge edge(TileDirectory tiles, TreeHead head) throws IOException, MalformedTileException {
            TileEdge edge = TileEdge.read(tiles, head.size());
            if (!edge.frontier().root().equals(head.root())) {
                throw damaged("does not match its last checkpoint: its tiles have another root than the one that was"
                        + " signed at " + head.size() + " entries");
            }
            return edge;
        }

        private byte[] partialBundle(TileDirectory tiles, TileEdge edge) throws IOException, MalformedTileException {
            if (edge.leaves() == 0) {
                return new byte[0];
            }
            EntryBundle bundle = TileReading.entries(
                    tiles, new TilePath(TilePath.ENTRIES, edge.size() / TilePath.FULL, edge.leaves()));
            if (!Arrays.equals(bundle.leafHashes(new TreeHasher(), 0, edge.leaves()), edge.leafHashes())) {
                throw damaged("does not match its last checkpoint: its last entries were changed");
            }
            return Arrays.copyOf(bundle.bytes(), bundle.start(edge.leaves()) - Short.BYTES);
        }

        private void comparePublished(TileDirectory tiles, TreeHead head) throws MalformedTileException {
            MerkleTree<MalformedTileException> tree = new TiledTree(tiles, head.size()).tree();
            for (long size : evidence.sizes()) {
                if (size <= head.size()) {
                    evidence.requireAgreement(size, tree.root(size));
                }
            }
        }

        private Opening replay(
                AcknowledgedHead acknowledgedHead, SignedCheckpoint published, TileEdge edge, byte[] partialBundle)
                throws IOException {
            WriteAheadLog wal = WriteAheadLog.open(directory.wal());
            Frontier frontier = edge.frontier();
            List<Batch> unpublished = new ArrayList<>();
            List<Long> sizes = evidence.sizes();
            for (WriteAheadLog.Recovered record : wal.recover()) {
                long skipped = Math.clamp(
                        published.head().size() - record.first(),
                        0L,
                        record.entries().size());
                if (record.first() + skipped > frontier.size()) {
                    throw damaged("has lost entries behind its last checkpoint: the write-ahead log begins at "
                            + record.first() + ", the checkpoint ends at " + frontier.size());
                }
                Batch batch = Batch.of(List.copyOf(
                        record.entries().subList((int) skipped, record.entries().size())));
                for (int i = 0; i < batch.entries().size(); i++) {
                    frontier.append(batch.leafHash(i));
                    if (sizes.contains(frontier.size())) {
                        evidence.requireAgreement(frontier.size(), frontier.root());
                    }
                }
                if (!batch.entries().isEmpty()) {
                    unpublished.add(batch);
                }
            }
            evidence.requireAtLeast(frontier.size());
            wal.begin(frontier.size());
            return new Opening(wal, acknowledgedHead, published, edge, partialBundle, unpublished, frontier);
        }
    }
}
