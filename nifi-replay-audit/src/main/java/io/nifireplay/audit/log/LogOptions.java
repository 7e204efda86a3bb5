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

import io.nifireplay.audit.held.CheckpointReceiver;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.SigningKey;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a log is kept.
 *
 * @param directory of the log, see {@link LogDirectory}
 * @param signingKey the key that signs checkpoints; its name is the log's origin
 * @param previousKey the key that signed until now, when {@code signingKey} is to take over; empty otherwise
 * @param checkpointInterval how long an entry waits for a checkpoint at most; zero for checkpoints that are asked for only
 * @param unpublishedBytes how many bytes of entries may wait for a checkpoint, in memory and in the write-ahead log; who
 *     appends more waits for the checkpoint, which is begun at once
 * @param receivers who is handed each checkpoint
 * @param knownHead what the caller knows, from elsewhere, to have been acknowledged; empty when it knows nothing
 * @param clock for the time in entries of the log's own
 * @param listener is told of trouble
 */
public record LogOptions(
        Path directory,
        SigningKey signingKey,
        Optional<SigningKey> previousKey,
        Duration checkpointInterval,
        long unpublishedBytes,
        List<CheckpointReceiver> receivers,
        Optional<TreeHead> knownHead,
        Clock clock,
        LogListener listener) {
    /** A checkpoint a second: it costs some files and syncs, and what an attacker could cut off unseen stays short. */
    public static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofSeconds(1);
    /** Half a second to a second of entries at the highest rate. */
    public static final long DEFAULT_UNPUBLISHED_BYTES = 64L * 1024 * 1024;

    public LogOptions {
        receivers = List.copyOf(receivers);
        if (checkpointInterval.isNegative() || unpublishedBytes <= 0) {
            throw new IllegalArgumentException("An interval is not negative, and some bytes may wait");
        }
        previousKey.ifPresent(previous -> {
            if (!previous.verifierKey().name().equals(signingKey.verifierKey().name())) {
                throw new IllegalArgumentException("Both keys of a log have its origin as their name");
            }
        });
    }

    public static LogOptions defaults(Path directory, SigningKey signingKey) {
        return new LogOptions(
                directory,
                signingKey,
                Optional.empty(),
                DEFAULT_CHECKPOINT_INTERVAL,
                DEFAULT_UNPUBLISHED_BYTES,
                List.of(),
                Optional.empty(),
                Clock.systemUTC(),
                LogListener.SILENT);
    }

    /** The log's name in its checkpoints. */
    public String origin() {
        return signingKey.verifierKey().name();
    }

    public LogOptions withDirectory(Path other) {
        return new LogOptions(
                other,
                signingKey,
                previousKey,
                checkpointInterval,
                unpublishedBytes,
                receivers,
                knownHead,
                clock,
                listener);
    }

    public LogOptions withPreviousKey(SigningKey key) {
        return new LogOptions(
                directory,
                signingKey,
                Optional.of(key),
                checkpointInterval,
                unpublishedBytes,
                receivers,
                knownHead,
                clock,
                listener);
    }

    public LogOptions withCheckpointInterval(Duration interval) {
        return new LogOptions(
                directory, signingKey, previousKey, interval, unpublishedBytes, receivers, knownHead, clock, listener);
    }

    public LogOptions withUnpublishedBytes(long bytes) {
        return new LogOptions(
                directory, signingKey, previousKey, checkpointInterval, bytes, receivers, knownHead, clock, listener);
    }

    public LogOptions withReceivers(List<CheckpointReceiver> others) {
        return new LogOptions(
                directory,
                signingKey,
                previousKey,
                checkpointInterval,
                unpublishedBytes,
                others,
                knownHead,
                clock,
                listener);
    }

    public LogOptions withKnownHead(TreeHead head) {
        return new LogOptions(
                directory,
                signingKey,
                previousKey,
                checkpointInterval,
                unpublishedBytes,
                receivers,
                Optional.of(head),
                clock,
                listener);
    }

    public LogOptions withClock(Clock other) {
        return new LogOptions(
                directory,
                signingKey,
                previousKey,
                checkpointInterval,
                unpublishedBytes,
                receivers,
                knownHead,
                other,
                listener);
    }

    public LogOptions withListener(LogListener other) {
        return new LogOptions(
                directory,
                signingKey,
                previousKey,
                checkpointInterval,
                unpublishedBytes,
                receivers,
                knownHead,
                clock,
                other);
    }
}
