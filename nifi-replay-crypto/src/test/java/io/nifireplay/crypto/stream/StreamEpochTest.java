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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.EpochEndedException;
import io.nifireplay.crypto.TruncatedDataException;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What one data key may do, and what ends it. */
class StreamEpochTest {
    private static final int HEADER = 3 + 1 + 1 + "key-1".length() + 32 + 4;
    private static final long MANY = 1L << 40;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    /** A sink that fails at a write after it has taken a part of it. */
    private final class FailingSink extends OutputStream {
        private int writesLeft;
        private final int taken;

        FailingSink(int writesLeft, int taken) {
            this.writesLeft = writesLeft;
            this.taken = taken;
        }

        @Override
        public void write(int value) {
            throw new AssertionError("A segment goes to the sink in one write");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (writesLeft-- == 0) {
                file.write(bytes, offset, Math.min(taken, length));
                throw new IOException("No space left on device");
            }
            file.write(bytes, offset, length);
        }
    }

    @Test
    void nothingIsSealedAfterTheSinkHasFailed() throws IOException {
        StreamEpoch epoch = begin(StreamLimits.STANDARD);
        SealedOutputStream out = epoch.open(new FailingSink(1, 7), SealedFile.context(0));
        out.write(Keys.bytes(10, 1));
        out.endSegment();
        out.write(Keys.bytes(10, 2));
        assertThatThrownBy(out::endSegment).isInstanceOf(IOException.class).hasMessage("No space left on device");
        byte[] written = file.toByteArray();

        assertThatThrownBy(out::endSegment).isInstanceOf(EpochEndedException.class);
        assertThatThrownBy(() -> out.write(1)).isInstanceOf(EpochEndedException.class);
        assertThatThrownBy(() -> out.write(new byte[100_000])).isInstanceOf(EpochEndedException.class);
        assertThatThrownBy(out::close)
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("write the content again");
        out.close();
        assertThat(epoch.isUsedUp()).isTrue();
        assertThatThrownBy(() -> epoch.open(file, SealedFile.context(0)))
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("begin another epoch");

        assertThat(file.toByteArray()).isEqualTo(written);
        assertThatThrownBy(() -> read(file.toByteArray())).isInstanceOf(TruncatedDataException.class);
    }

    @Test
    void aSinkThatFailsAtTheLastSegmentOrInAnyUncheckedWayEndsTheEpochToo() throws IOException {
        StreamEpoch atClose = begin(StreamLimits.STANDARD);
        SealedOutputStream out = atClose.open(new FailingSink(0, 0), SealedFile.context(0));
        out.write(1);
        assertThatThrownBy(out::close).hasMessage("No space left on device");
        assertThat(atClose.isUsedUp()).isTrue();

        StreamEpoch unchecked = begin(StreamLimits.STANDARD);
        SealedOutputStream other = unchecked.open(
                new OutputStream() {
                    @Override
                    public void write(int value) {
                        throw new IllegalStateException("broken");
                    }
                },
                SealedFile.context(0));
        other.write(1);
        assertThatThrownBy(other::close).isInstanceOf(IllegalStateException.class);
        assertThat(unchecked.isUsedUp()).isTrue();
    }

    @Test
    void countsNoLessThanWhatIsOutWhenTheSinkFailsHalfWay() throws IOException {
        SealedOutputStream out =
                begin(StreamLimits.STANDARD).open(new FailingSink(0, Integer.MAX_VALUE), SealedFile.context(0));
        out.write(Keys.bytes(10, 1));
        assertThatThrownBy(out::endSegment).isInstanceOf(IOException.class);

        assertThat(out.sealedBytes()).isGreaterThanOrEqualTo(file.size());
    }

    @Test
    void opensNoMoreStreamsThanThereAreOrdinals() throws IOException {
        StreamEpoch epoch = begin(new StreamLimits(3, MANY, MANY));
        Set<Integer> ordinals = new HashSet<>();
        for (int stream = 0; stream < 3; stream++) {
            assertThat(epoch.isUsedUp()).isFalse();
            int start = file.size();
            try (SealedOutputStream out = epoch.open(file, SealedFile.context(start))) {
                out.write(1);
            }
            ordinals.add(StreamFormat.getInt(file.toByteArray(), start + HEADER - Integer.BYTES));
            // A stream of no bytes is nothing, and needs no ordinal.
            if (stream < 2) {
                epoch.open(file, SealedFile.context(0)).close();
            }
        }
        assertThat(ordinals).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(epoch.isUsedUp()).isTrue();
        assertThatThrownBy(() -> epoch.open(file, SealedFile.context(0)))
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("3 streams");
    }

    @Test
    void sealsNoMoreBlocksThanOneKeyMay() throws IOException {
        // A segment of 50 bytes costs four blocks and one: five.
        StreamEpoch epoch = begin(new StreamLimits(100, 23, MANY));
        SealedOutputStream out = epoch.open(file, SealedFile.context(0));
        for (int segment = 0; segment < 4; segment++) {
            out.write(Keys.bytes(50, segment));
            out.endSegment();
        }
        assertThat(epoch.isUsedUp()).isTrue();
        byte[] before = file.toByteArray();
        out.write(Keys.bytes(50, 4));

        assertThatThrownBy(out::endSegment)
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("20 blocks");
        assertThatThrownBy(out::close).isInstanceOf(EpochEndedException.class);
        assertThat(file.toByteArray()).isEqualTo(before);
        assertThatThrownBy(() -> read(file.toByteArray()))
                .as("never short data in silence")
                .isInstanceOf(TruncatedDataException.class);
    }

    @Test
    void leavesHalfOfItsBlocksToAStreamThatIsOpen() throws IOException {
        StreamEpoch epoch = begin(new StreamLimits(100, 20, MANY));
        try (SealedOutputStream out = epoch.open(file, SealedFile.context(0))) {
            out.write(Keys.bytes(50, 1));
            out.endSegment();
            out.write(Keys.bytes(50, 2));
            out.endSegment();
            assertThat(epoch.isUsedUp()).isTrue();
            out.write(Keys.bytes(50, 3));
            out.endSegment();
        }
        assertThat(read(file.toByteArray())).hasSize(150);
        assertThatThrownBy(() -> epoch.open(file, SealedFile.context(0))).isInstanceOf(EpochEndedException.class);
    }

    @Test
    void hasNoMoreSegmentsThanTheCounterCanTell() throws IOException {
        SealedOutputStream out = begin(new StreamLimits(100, MANY, 2)).open(file, SealedFile.context(0));
        out.write(1);
        out.endSegment();
        out.write(2);
        out.endSegment();
        out.write(3);

        assertThatThrownBy(out::endSegment)
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("2 segments");
    }

    @Test
    void itsBoundsAreThoseOfTheLiterature() {
        assertThat(StreamLimits.STANDARD).isEqualTo(new StreamLimits((1L << 32) - 1, 1L << 36, 1L << 56));
        double advantage = Math.pow(StreamEpoch.MAX_BLOCKS + 1.0, 2) / Math.pow(2, 129);
        assertThat(advantage).isLessThan(Math.pow(2, -56));
    }

    @Test
    void hasOneWriterAtATime() throws IOException {
        StreamEpoch epoch = begin(StreamLimits.STANDARD);
        SealedOutputStream out = epoch.open(file, SealedFile.context(0));
        assertThatThrownBy(() -> epoch.open(file, SealedFile.context(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("still open");
        out.close();
        epoch.open(file, SealedFile.context(0)).close();
    }

    @Test
    void noNonceComesTwiceUnderOneKey() {
        Set<String> nonces = new HashSet<>();
        byte[] nonce = new byte[12];
        for (int ordinal : new int[] {0, 1, 255, 256, -1}) {
            for (long counter : new long[] {0, 1, 255, 256, (1L << 32) - 1, 1L << 32, (1L << 56) - 1}) {
                for (boolean last : new boolean[] {false, true}) {
                    StreamFormat.putNonce(nonce, ordinal, counter, last);
                    assertThat(nonces.add(Arrays.toString(nonce))).isTrue();
                }
            }
        }
    }

    @Test
    void twoEpochsHaveOtherSaltsAndSoOtherKeys() throws IOException {
        for (int epoch = 0; epoch < 2; epoch++) {
            try (SealedOutputStream out = begin(StreamLimits.STANDARD).open(file, SealedFile.context(0))) {
                out.write(Keys.bytes(100, 1));
            }
        }
        byte[] both = file.toByteArray();
        int half = both.length / 2;
        byte[] first = Arrays.copyOf(both, half);
        byte[] second = Arrays.copyOfRange(both, half, both.length);
        assertThat(Arrays.copyOfRange(second, 10, 42)).isNotEqualTo(Arrays.copyOfRange(first, 10, 42));
        assertThat(Arrays.copyOfRange(second, HEADER + 4, half))
                .isNotEqualTo(Arrays.copyOfRange(first, HEADER + 4, half));
        assertThat(read(second)).isEqualTo(read(first));
    }

    @Test
    void aSmallStreamCostsASmallBuffer() throws IOException {
        StreamEpoch epoch = begin(StreamLimits.STANDARD);
        try (SealedOutputStream out = epoch.open(file, SealedFile.context(0))) {
            out.write(new byte[1_024]);
        }
        assertThat(epoch.buffer().length).isLessThan(4_096);
    }

    private static StreamEpoch begin(StreamLimits limits) {
        return StreamEpoch.begin(SealedFile.KEYRING, SealedFile.PURPOSE, new SecureRandom(), limits);
    }

    private static byte[] read(byte[] bytes) throws IOException {
        try (SealedInputStream in =
                SealedInputStream.open(new ArraySource(bytes), SealedFile.keys(), SealedFile.context(0), 0)) {
            return in.readAllBytes();
        }
    }
}
