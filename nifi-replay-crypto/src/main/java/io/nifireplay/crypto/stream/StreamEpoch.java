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
package io.nifireplay.crypto.stream;

import io.nifireplay.crypto.EpochEndedException;
import io.nifireplay.crypto.aead.AesGcm;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.UnknownKeyException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * One data key and the streams that are sealed with it, one after the other: the streams that one process writes into one
 * file. An epoch is never resumed: whoever opens a file again begins another, with a new salt and so a new data key. Not
 * thread-safe; threads may take turns.
 *
 * <p>The bounds: a nonce is the stream's ordinal, its segment's counter and the last flag, so none comes twice while ordinals
 * and counters do not. At most {@link #MAX_BLOCKS} blocks and segments together keep the advantage of whoever wants to tell
 * sealed bytes from random ones below 2<sup>-56</sup> (see {@link AesGcm#cost}).
 */
public final class StreamEpoch {
    /** The most streams of an epoch: 2<sup>32</sup> - 1. */
    public static final long MAX_STREAMS = 0xFFFF_FFFFL;

    /** The most blocks of 16 bytes, one more counted for each segment: 2<sup>36</sup>, about 1 TiB. */
    public static final long MAX_BLOCKS = 1L << 36;

    private final String keyId;
    private final SecretKey key;
    private final StreamLimits limits;
    private final int headerLength;

    /** The header, a frame header, and the bytes that wait for their segment: what goes to the sink in one write. */
    private byte[] buffer;

    private long streams;
    private long spent;
    private boolean open;
    private String failure = "";

    private StreamEpoch(String keyId, SecretKey key, byte[] salt, StreamLimits limits) {
        this.keyId = keyId;
        this.key = key;
        this.limits = limits;
        byte[] id = keyId.getBytes(StandardCharsets.UTF_8);
        headerLength = StreamHeader.length(id);
        buffer = new byte[headerLength + StreamFormat.FRAME_OVERHEAD_BYTES];
        StreamHeader.put(buffer, id, salt);
    }

    /**
     * Begins an epoch with the keyring's active key.
     *
     * @param purpose what the streams are for, such as {@code nifi-replay content}: streams of one purpose do not open as
     *     those of another
     * @param random gives the salt
     */
    public static StreamEpoch begin(Keyring keyring, String purpose, SecureRandom random) {
        return begin(keyring, purpose, random, StreamLimits.STANDARD);
    }

    static StreamEpoch begin(Keyring keyring, String purpose, SecureRandom random, StreamLimits limits) {
        byte[] salt = new byte[Keyring.SALT_BYTES];
        random.nextBytes(salt);
        String id = keyring.activeId();
        try {
            return new StreamEpoch(id, keyring.derive(id, salt, StreamHeader.keyPurpose(purpose)), salt, limits);
        } catch (UnknownKeyException e) {
            throw new IllegalStateException("A keyring has its active key", e);
        }
    }

    /** The id of the keyring's key under which the epoch seals. */
    public String keyId() {
        return keyId;
    }

    /**
     * Whether no more streams can be opened: half of the epoch's blocks are used, so that a stream that is open has the
     * other half, or all ordinals are, or a write failed. Begin another epoch then.
     */
    public boolean isUsedUp() {
        return streams >= limits.streams() || spent >= limits.cost() / 2 || !failure.isEmpty();
    }

    /**
     * Opens the next stream. Nothing is written before its first byte.
     *
     * @param sink where the sealed bytes go; it is not closed
     * @param context where the stream will lie; the same is needed to read it
     * @throws EpochEndedException when the epoch {@link #isUsedUp()}
     * @throws IllegalStateException when the epoch's last stream is still open
     */
    public SealedOutputStream open(OutputStream sink, StreamContext context) throws EpochEndedException {
        if (open) {
            throw new IllegalStateException(
                    "The last stream of this epoch is still open: an epoch has one writer at a time");
        }
        if (!failure.isEmpty()) {
            throw new EpochEndedException("The data key seals no more, since " + failure + ": begin another epoch");
        }
        if (isUsedUp()) {
            throw new EpochEndedException("The data key has sealed " + streams + " streams and " + spent
                    + " blocks, which is as much as one key may: begin another epoch");
        }
        open = true;
        return new SealedOutputStream(this, sink, context);
    }

    /** Gives a stream its ordinal, with its first byte. */
    int nextOrdinal() {
        return (int) streams++;
    }

    SecretKey key() {
        return key;
    }

    int headerLength() {
        return headerLength;
    }

    long maxSegments() {
        return limits.segments();
    }

    byte[] buffer() {
        return buffer;
    }

    /** The buffer, large enough for so many plain bytes behind the headers and a tag behind them. */
    byte[] bufferFor(int plainBytes) {
        int wanted = headerLength + StreamFormat.FRAME_OVERHEAD_BYTES + plainBytes;
        if (wanted > buffer.length) {
            int most = headerLength + StreamFormat.FULL_FRAME_BYTES;
            buffer = Arrays.copyOf(buffer, Math.min(most, Math.max(wanted, buffer.length * 2)));
        }
        return buffer;
    }

    /** @throws EpochEndedException when the key may not seal so many bytes more */
    void spend(int plainBytes) throws EpochEndedException {
        long cost = AesGcm.cost(plainBytes);
        if (cost > limits.cost() - spent) {
            throw new EpochEndedException("The data key has sealed " + spent
                    + " blocks, which is as much as one key may; the stream cannot be completed");
        }
        spent += cost;
    }

    /** Ends the epoch for good. */
    void fail(String what) {
        failure = what;
    }

    void streamClosed() {
        open = false;
    }
}
