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
import io.nifireplay.crypto.keyring.Keyring;
import java.io.OutputStream;
import java.security.SecureRandom;

/**
 * One data key and the streams that are sealed with it, one after the other: the streams that one process writes into one
 * file. An epoch is never resumed: whoever opens a file again begins another, with a new salt and so a new data key.
 */
public final class StreamEpoch {
    /** The most streams of an epoch: 2<sup>32</sup> - 1. */
    public static final long MAX_STREAMS = 0xFFFF_FFFFL;

    /** The most blocks of 16 bytes, one more counted for each segment: 2<sup>36</sup>, about 1 TiB. */
    public static final long MAX_BLOCKS = 1L << 36;

    private StreamEpoch() {}

    /**
     * Begins an epoch with the keyring's active key.
     *
     * @param purpose what the streams are for, such as {@code nifi-replay content}: streams of one purpose do not open as
     *     those of another
     * @param random gives the salt
     */
    public static StreamEpoch begin(Keyring keyring, String purpose, SecureRandom random) {
        throw new UnsupportedOperationException();
    }

    /** The id of the keyring's key under which the epoch seals. */
    public String keyId() {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether no more streams can be opened: half of the epoch's blocks are used, so that a stream that is open has the
     * other half, or all ordinals are, or a write failed. Begin another epoch then.
     */
    public boolean isUsedUp() {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }
}
