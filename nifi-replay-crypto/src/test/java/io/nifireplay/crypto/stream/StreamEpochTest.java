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
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Keys;
import io.nifireplay.crypto.testing.Sink;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StreamEpochTest {
    private static final StreamContext CONTEXT = StreamContext.of(new byte[0]);
    private static final long PLENTY = 1_000_000;

    private final Sink sink = new Sink();

    @Test
    void hasTheBoundsThatItIsDocumentedWith() {
        assertThat(StreamLimits.STANDARD.streams()).isEqualTo((1L << 32) - 1);
        assertThat(StreamLimits.STANDARD.cost()).isEqualTo(1L << 36);
        assertThat(StreamLimits.STANDARD.segments()).isEqualTo(1L << 56);
    }

    @Test
    void givesEachStreamAnOrdinalOfItsOwnButNoneToAnEmptyOne() throws IOException {
        StreamEpoch epoch = epoch(new StreamLimits(3, PLENTY, PLENTY));
        for (int i = 0; i < 3; i++) {
            epoch.open(sink, CONTEXT).close();
            int start = sink.bytes().length;
            write(epoch, 5);
            byte[] sealed = Arrays.copyOfRange(sink.bytes(), start, sink.bytes().length);
            assertThat(StreamHeader.read(sealed, 0, sealed.length, 0).ordinal()).isEqualTo(i);
        }
    }

    @Test
    void refusesAStreamWhenAllOrdinalsAreGiven() throws IOException {
        StreamEpoch epoch = epoch(new StreamLimits(2, PLENTY, PLENTY));
        write(epoch, 1);
        assertThat(epoch.isUsedUp()).isFalse();
        write(epoch, 1);
        assertThat(epoch.isUsedUp()).isTrue();
        assertThatThrownBy(() -> epoch.open(sink, CONTEXT))
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("2 streams")
                .hasMessageContaining("begin another epoch");
    }

    @Test
    void refusesAStreamWhenHalfOfTheBlocksAreUsed() throws IOException {
        StreamEpoch epoch = epoch(new StreamLimits(PLENTY, 40, PLENTY));
        write(epoch, 17 * 16);
        assertThat(epoch.isUsedUp()).as("18 of 40").isFalse();
        write(epoch, 16);
        assertThat(epoch.isUsedUp()).as("20 of 40").isTrue();
        assertThatThrownBy(() -> epoch.open(sink, CONTEXT)).isInstanceOf(EpochEndedException.class);
    }

    @Test
    void refusesASegmentBeyondTheLastBlockAndLeavesTheStreamIncomplete() throws IOException {
        StreamEpoch epoch = epoch(new StreamLimits(PLENTY, 10, PLENTY));
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        out.write(new byte[5 * 16]);
        out.endSegment();
        out.write(new byte[3 * 16 + 1]);
        int length = sink.bytes().length;

        assertThatThrownBy(out::endSegment)
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("as much as one key may");
        assertThatThrownBy(out::close).isInstanceOf(EpochEndedException.class);
        assertThat(sink.bytes()).hasSize(length);

        StreamEpoch exact = epoch(new StreamLimits(PLENTY, 10, PLENTY));
        SealedOutputStream fits = exact.open(sink, CONTEXT);
        fits.write(new byte[5 * 16]);
        fits.endSegment();
        fits.write(new byte[3 * 16]);
        fits.close();
    }

    @Test
    void refusesASegmentThatItsCounterCannotNumber() throws IOException {
        StreamEpoch epoch = epoch(new StreamLimits(PLENTY, PLENTY, 2));
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        for (int i = 0; i < 2; i++) {
            out.write(i);
            out.endSegment();
        }
        out.write(2);
        assertThatThrownBy(out::close).isInstanceOf(EpochEndedException.class).hasMessageContaining("2 segments");
    }

    @Test
    void hasOneWriterAtATime() throws IOException {
        StreamEpoch epoch = epoch(StreamLimits.STANDARD);
        SealedOutputStream first = epoch.open(sink, CONTEXT);
        assertThatThrownBy(() -> epoch.open(sink, CONTEXT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one writer at a time");
        first.close();
        epoch.open(sink, CONTEXT).close();
    }

    @Test
    void sealsUnderTheActiveKeyWithANewSaltEachTime() throws IOException {
        StreamHeader first = headerOf(StreamEpoch.begin(Keys.keyring("key-2", "key-1"), "test", new SecureRandom()));
        StreamHeader second = headerOf(StreamEpoch.begin(Keys.keyring("key-2", "key-1"), "test", new SecureRandom()));
        assertThat(first.keyId()).isEqualTo("key-2");
        assertThat(first.salt()).isNotEqualTo(second.salt());
    }

    @Test
    void olderStreamsStayReadableAfterARotation() throws IOException {
        write(StreamEpoch.begin(Keys.keyring("key-1"), "test", new SecureRandom()), 100);
        int second = sink.bytes().length;
        StreamEpoch rotated = StreamEpoch.begin(Keys.keyring("key-2", "key-1"), "test", new SecureRandom());
        assertThat(rotated.keyId()).isEqualTo("key-2");
        write(rotated, 100);
        StreamKeys keys = new StreamKeys(Keys.keyring("key-2", "key-1"), "test");
        for (int start : new int[] {0, second}) {
            assertThat(SealedInputStream.open(new ArraySource(sink.bytes()), keys, CONTEXT, start)
                            .readAllBytes())
                    .hasSize(100);
        }
    }

    private StreamHeader headerOf(StreamEpoch epoch) throws IOException {
        Sink own = new Sink();
        try (SealedOutputStream out = epoch.open(own, CONTEXT)) {
            out.write(1);
        }
        return StreamHeader.read(own.bytes(), 0, own.bytes().length, 0);
    }

    private static StreamEpoch epoch(StreamLimits limits) {
        return StreamEpoch.begin(Keys.keyring("key-1"), "test", new SecureRandom(), limits);
    }

    private void write(StreamEpoch epoch, int length) throws IOException {
        try (SealedOutputStream out = epoch.open(sink, CONTEXT)) {
            out.write(new byte[length]);
        }
    }
}
