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
import io.nifireplay.audit.held.CheckpointReceiver;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.Checkpoint;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.tiles.TileEdge;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes checkpoints: tiles and bundles on stable storage first, then the signature, then the checkpoint's file, then the
 * receivers. Whatever fails can be repeated: the same entries give the same files and the same signature. For one thread.
 */
final class Publisher {
    private final LogOptions options;
    private final LogDirectory directory;
    private final Map<CheckpointReceiver, SignedCheckpoint> taken = new HashMap<>();
    private TileEdge edge;
    private byte[] partialBundle;
    private volatile Optional<AuditException> trouble = Optional.empty();
    private volatile boolean isAnybodyWaiting;

    Publisher(LogOptions options, LogDirectory directory, TileEdge edge, byte[] partialBundle) {
        this.options = options;
        this.directory = directory;
        this.edge = edge;
        this.partialBundle = partialBundle;
        isAnybodyWaiting = !options.receivers().isEmpty();
    }

    /**
     * Publishes entries.
     *
     * @param head of the tree with them
     */
    SignedCheckpoint publish(List<Batch> batches, TreeHead head, List<SigningKey> keys) throws IOException {
        directory.clearPublishing();
        Publication publication = new Publication(directory, edge, partialBundle);
        for (Batch batch : batches) {
            publication.add(batch.entries(), batch.leafHashes());
        }
        if (!publication.edge().frontier().head().equals(head)) {
            throw new IllegalStateException(
                    "The tiles have another root than what was acknowledged; nothing was signed");
        }
        publication.finish();
        SignedCheckpoint made = sign(directory, options.origin(), head, keys);
        edge = publication.edge();
        partialBundle = publication.partialBundle();
        return made;
    }

    /** Signs what is on stable storage, and puts the checkpoint where it is read. */
    static SignedCheckpoint sign(LogDirectory directory, String origin, TreeHead head, List<SigningKey> keys)
            throws IOException {
        SignedCheckpoint made = new Checkpoint(origin, head).sign(keys);
        Durable.replace(directory.checkpoint(), made.bytes());
        return made;
    }

    /** Hands a checkpoint to all who have not taken it yet. That one cannot take it does not hold up the others. */
    void handOver(SignedCheckpoint checkpoint) {
        Optional<AuditException> failure = Optional.empty();
        for (CheckpointReceiver receiver : options.receivers()) {
            if (!checkpoint.equals(taken.get(receiver))) {
                try {
                    receiver.receive(checkpoint);
                    taken.put(receiver, checkpoint);
                } catch (IOException | RuntimeException e) {
                    failure = Optional.of(new AuditException(
                            "The checkpoint of the audit trail " + directory.directory() + " could not be handed to "
                                    + receiver.description() + ": " + e
                                    + ". It is tried again; until then nobody outside can tell whether the end of the trail"
                                    + " is cut off",
                            e));
                }
            }
        }
        boolean isOver = failure.isEmpty() && trouble.isPresent();
        isAnybodyWaiting = failure.isPresent();
        trouble = failure;
        failure.ifPresent(options.listener()::notHandedOver);
        if (isOver) {
            options.listener().recovered();
        }
    }

    /** Whether a receiver has not taken the last checkpoint. */
    boolean isAnybodyWaiting() {
        return isAnybodyWaiting;
    }

    /** Why a receiver could not take the last checkpoint. */
    Optional<AuditException> trouble() {
        return trouble;
    }
}
