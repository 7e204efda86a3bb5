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

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What was written is what is read, whatever the steps in which either is done. */
class SealedStreamLawsTest {
    private static final String PURPOSE = "test";
    private static final Keyring KEYRING = Keys.keyring("key-1");

    sealed interface Step {
        record Write(int length) implements Step {}

        record WriteByte() implements Step {}

        record EndSegment() implements Step {}
    }

    sealed interface Look {
        record Read(int room) implements Look {}

        record ReadByte() implements Look {}

        record Skip(int count) implements Look {}

        record Length() implements Look {}
    }

    /** A file of several streams, as a repository makes it. */
    record Written(byte[] file, List<Long> starts, List<byte[]> contents) {}

    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void readsWhatWasWritten(
            @ForAll("streams") List<List<Step>> streams, @ForAll("looks") List<Look> looks, @ForAll long seed)
            throws IOException {
        Written written = write(streams, seed);
        StreamKeys keys = new StreamKeys(KEYRING, PURPOSE);
        for (int i = 0; i < streams.size(); i++) {
            byte[] content = written.contents().get(i);
            if (content.length == 0) {
                continue;
            }
            ArraySource source = new ArraySource(written.file());
            long start = written.starts().get(i);
            try (SealedInputStream in = SealedInputStream.open(source, keys, context(start), start)) {
                check(in, content, looks);
            }
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void framesTellWhereEachStreamLies(@ForAll("streams") List<List<Step>> streams, @ForAll long seed)
            throws IOException {
        Written written = write(streams, seed);
        ArraySource source = new ArraySource(written.file());
        for (int i = 0; i < streams.size(); i++) {
            int length = written.contents().get(i).length;
            if (length == 0) {
                continue;
            }
            long start = written.starts().get(i);
            StreamExtent extent = StreamWalk.measure(source, start);
            assertThat(extent.plainLength()).isEqualTo(length);
            assertThat(extent.complete()).isTrue();
            for (long inside : new long[] {start, start + 1, start + length / 2, start + length, extent.end() - 1}) {
                assertThat(StreamWalk.holding(source, 0, inside)).contains(extent);
            }
            assertThat(StreamWalk.holding(source, start, extent.end()).map(StreamExtent::start))
                    .isEqualTo(extent.end() == written.file().length ? Optional.empty() : Optional.of(extent.end()));
        }
    }

    private static Written write(List<List<Step>> streams, long seed) throws IOException {
        StreamEpoch epoch = StreamEpoch.begin(KEYRING, PURPOSE, new SecureRandom());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        List<Long> starts = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (List<Step> steps : streams) {
            long start = file.size();
            starts.add(start);
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            SealedOutputStream out = epoch.open(file, context(start));
            for (Step step : steps) {
                switch (step) {
                    case Step.Write write -> {
                        byte[] bytes = Keys.bytes(write.length() + 7, seed + content.size());
                        out.write(bytes, 3, write.length());
                        content.write(bytes, 3, write.length());
                    }
                    case Step.WriteByte ignored -> {
                        out.write(content.size());
                        content.write(content.size());
                    }
                    case Step.EndSegment ignored -> {
                        out.endSegment();
                        assertThat(readSoFar(file, start)).isEqualTo(content.toByteArray());
                    }
                }
            }
            out.close();
            assertThat(out.plainBytes()).isEqualTo(content.size());
            assertThat(out.sealedBytes()).isEqualTo(file.size() - start);
            contents.add(content.toByteArray());
        }
        return new Written(file.toByteArray(), starts, contents);
    }

    /** What a reader sees of a stream that is still being written. */
    private static byte[] readSoFar(ByteArrayOutputStream file, long start) throws IOException {
        if (file.size() == start) {
            return new byte[0];
        }
        try (SealedInputStream in = SealedInputStream.open(
                new ArraySource(file.toByteArray()),
                new StreamKeys(KEYRING, PURPOSE),
                context(start),
                start,
                () -> true)) {
            byte[] all = in.readAllBytes();
            assertThat(in.plainLength()).isEqualTo(all.length);
            return all;
        }
    }

    private static void check(SealedInputStream in, byte[] content, List<Look> looks) throws IOException {
        int at = 0;
        for (Look look : looks) {
            switch (look) {
                case Look.Read read -> {
                    byte[] room = new byte[read.room() + 4];
                    int count = in.read(room, 2, read.room());
                    if (at == content.length) {
                        assertThat(count).isEqualTo(-1);
                    } else {
                        assertThat(count).isBetween(1, content.length - at);
                        assertThat(Arrays.copyOfRange(room, 2, 2 + count))
                                .isEqualTo(Arrays.copyOfRange(content, at, at + count));
                        at += count;
                    }
                }
                case Look.ReadByte ignored ->
                    assertThat(in.read()).isEqualTo(at == content.length ? -1 : Byte.toUnsignedInt(content[at++]));
                case Look.Skip skip -> {
                    int count = Math.min(skip.count(), content.length - at);
                    assertThat(in.skip(count)).isEqualTo(count);
                    at += count;
                }
                case Look.Length ignored -> assertThat(in.plainLength()).isEqualTo(content.length);
            }
            assertThat(in.available()).isBetween(0, content.length - at);
        }
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, at, content.length));
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.plainLength()).isEqualTo(content.length);
    }

    private static StreamContext context(long start) {
        return StreamContext.ofPlace(start, "container", "section", "id");
    }

    @Provide
    Arbitrary<List<List<Step>>> streams() {
        Arbitrary<Step> step = Arbitraries.frequencyOf(
                Tuple.of(6, lengths().map(Step.Write::new)),
                Tuple.of(1, Arbitraries.just(new Step.WriteByte())),
                Tuple.of(2, Arbitraries.just(new Step.EndSegment())));
        return step.list().ofMaxSize(8).list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<List<Look>> looks() {
        Arbitrary<Look> look = Arbitraries.frequencyOf(
                Tuple.of(4, lengths().filter(length -> length > 0).map(Look.Read::new)),
                Tuple.of(1, Arbitraries.just(new Look.ReadByte())),
                Tuple.of(3, lengths().map(Look.Skip::new)),
                Tuple.of(1, Arbitraries.just(new Look.Length())));
        return look.list().ofMaxSize(10);
    }

    /** Lengths around those where a segment or a fetch ends. */
    private static Arbitrary<Integer> lengths() {
        int segment = StreamFormat.SEGMENT_BYTES;
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 100),
                Arbitraries.integers().between(0, 6_000),
                Arbitraries.integers().between(0, 4 * segment),
                Arbitraries.of(segment - 1, segment, segment + 1, 2 * segment, 2 * segment + 1, 3 * segment));
    }
}
