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
import io.nifireplay.crypto.testing.Allocation;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Keys;
import io.nifireplay.crypto.testing.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SealedOutputStreamTest {
    private static final int SEGMENT = StreamFormat.SEGMENT_BYTES;
    private static final StreamContext CONTEXT = StreamContext.of(new byte[] {1, 2, 3});

    private final StreamEpoch epoch = StreamEpoch.begin(Keys.keyring("key-1"), "test", new SecureRandom());
    private final Sink sink = new Sink();

    @Test
    void leavesNothingWhereNothingWasWritten() throws IOException {
        try (SealedOutputStream out = epoch.open(sink, CONTEXT)) {
            out.write(new byte[0]);
            out.endSegment();
            out.flush();
            assertThat(out.plainBytes()).isZero();
            assertThat(out.sealedBytes()).isZero();
        }
        assertThat(sink.bytes()).isEmpty();
    }

    @Test
    void costsSixtyOneBytesAndTheKeyIdForAShortStream() throws IOException {
        try (SealedOutputStream out = epoch.open(sink, CONTEXT)) {
            out.write(new byte[1_024]);
        }
        assertThat(sink.bytes()).hasSize(1_024 + 61 + "key-1".length());
    }

    @Test
    void leavesTheSinkOpenAndFlushesItOnly() throws IOException {
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        out.write(new byte[10]);
        out.flush();
        assertThat(sink.flushes()).isEqualTo(1);
        assertThat(sink.bytes()).isEmpty();
        out.close();
        assertThat(sink.isClosed()).isFalse();
    }

    @Test
    void writesASegmentAtOnceAsSoonAsItIsFull() throws IOException {
        try (SealedOutputStream out = epoch.open(sink, CONTEXT)) {
            for (int i = 0; i < SEGMENT - 1; i++) {
                out.write(i);
            }
            assertThat(sink.writes()).isZero();
            out.write(1);
            assertThat(sink.writes()).isEqualTo(1);
            assertThat(out.sealedBytes()).isEqualTo(sink.bytes().length);
            out.write(new byte[3 * SEGMENT + 1]);
            assertThat(sink.writes()).isEqualTo(4);
            out.endSegment();
            assertThat(sink.writes()).isEqualTo(5);
            out.endSegment();
            assertThat(sink.writes()).isEqualTo(5);
        }
        assertThat(sink.writes()).isEqualTo(6);
    }

    @Test
    void writesTheSameBytesHoweverTheyComeIn() throws IOException {
        byte[] content = Keys.bytes(2 * SEGMENT + 100, 1);
        byte[] atOnce = plainOf(out -> out.write(content));
        byte[] oneByOne = plainOf(out -> {
            for (byte value : content) {
                out.write(value);
            }
        });
        assertThat(atOnce).isEqualTo(content);
        assertThat(oneByOne).isEqualTo(content);
    }

    @Test
    void sealsNoMoreAfterTheSinkFailed() throws IOException {
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        out.write(new byte[10]);
        sink.setFailing(true);
        assertThatThrownBy(out::endSegment).hasMessage("No space left on device");
        sink.setFailing(false);
        int length = sink.bytes().length;

        assertThatThrownBy(() -> out.write(1)).isInstanceOf(EpochEndedException.class);
        assertThatThrownBy(() -> out.write(new byte[SEGMENT])).isInstanceOf(EpochEndedException.class);
        assertThatThrownBy(out::endSegment).isInstanceOf(EpochEndedException.class);
        assertThatThrownBy(out::close)
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("not complete")
                .hasMessageContaining("another epoch");
        out.close();
        assertThat(sink.bytes()).hasSize(length);
        assertThat(epoch.isUsedUp()).isTrue();
        assertThatThrownBy(() -> epoch.open(sink, CONTEXT))
                .isInstanceOf(EpochEndedException.class)
                .hasMessageContaining("could not be sealed and written");
    }

    @Test
    void saysThatTheLastSegmentCouldNotBeWritten() throws IOException {
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        out.write(new byte[10]);
        sink.setFailing(true);
        assertThatThrownBy(out::close).hasMessage("No space left on device");
        assertThat(epoch.isUsedUp()).isTrue();
    }

    @Test
    void sealsNoMoreAfterTheSinkThrewSomethingElse() throws IOException {
        SealedOutputStream out = epoch.open(
                new OutputStream() {
                    @Override
                    public void write(int value) {
                        throw new IllegalStateException("broken");
                    }
                },
                CONTEXT);
        out.write(1);
        assertThatThrownBy(out::endSegment).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(out::endSegment).isInstanceOf(EpochEndedException.class);
    }

    @Test
    void takesNothingAfterItWasClosed() throws IOException {
        SealedOutputStream out = epoch.open(sink, CONTEXT);
        out.write(1);
        out.close();
        int length = sink.bytes().length;
        assertThatThrownBy(() -> out.write(1)).hasMessageContaining("closed");
        assertThatThrownBy(out::endSegment).hasMessageContaining("closed");
        out.close();
        assertThat(sink.bytes()).hasSize(length);
    }

    @Test
    void refusesARangeOutsideOfTheArray() throws IOException {
        try (SealedOutputStream out = epoch.open(sink, CONTEXT)) {
            assertThatThrownBy(() -> out.write(new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(epoch.isUsedUp()).isFalse();
    }

    @Test
    void takesNoSegmentsMemoryForAShortStream() throws IOException {
        OutputStream nowhere = OutputStream.nullOutputStream();
        byte[] content = new byte[1_024];
        seal(nowhere, content);
        long before = Allocation.bytes();
        for (int i = 0; i < 100; i++) {
            seal(nowhere, content);
        }
        assertThat((Allocation.bytes() - before) / 100)
                .as("bytes for a stream of 1 KB")
                .isLessThan(8_192);
    }

    private void seal(OutputStream to, byte[] content) throws IOException {
        try (SealedOutputStream out = epoch.open(to, CONTEXT)) {
            out.write(content, 0, content.length);
        }
    }

    private interface Writing {
        void to(SealedOutputStream out) throws IOException;
    }

    private byte[] plainOf(Writing writing) throws IOException {
        Sink own = new Sink();
        try (SealedOutputStream out = epoch.open(own, CONTEXT)) {
            writing.to(out);
        }
        StreamKeys keys = new StreamKeys(Keys.keyring("key-1"), "test");
        try (SealedInputStream in = SealedInputStream.open(new ArraySource(own.bytes()), keys, CONTEXT, 0)) {
            return in.readAllBytes();
        }
    }
}
