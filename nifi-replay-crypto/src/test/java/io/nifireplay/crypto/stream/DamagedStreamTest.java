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
import static org.assertj.core.api.Assertions.fail;

import io.nifireplay.crypto.DamagedDataException;
import io.nifireplay.crypto.NotSealedException;
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.TruncatedDataException;
import io.nifireplay.crypto.UnsupportedVersionException;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.UnknownKeyException;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Every way to change a short stream of four segments, one after the other. */
class DamagedStreamTest {
    private static final String PURPOSE = "test";
    private static final Keyring KEYRING = Keys.keyring("key-1");
    private static final StreamContext HERE = StreamContext.ofPlace(0, "container", "section", "id");
    private static final int SEGMENT = 20;
    private static final int FRAME = SEGMENT + StreamFormat.FRAME_OVERHEAD_BYTES;

    private final byte[] content = Keys.bytes(4 * SEGMENT, 1);
    private final byte[] sealed = seal(content, HERE);
    private final int header = sealed.length - 4 * FRAME;

    @Test
    void findsEveryFlippedBit() {
        for (int i = 0; i < sealed.length * 8; i++) {
            byte[] damaged = sealed.clone();
            damaged[i / 8] ^= (byte) (1 << i % 8);
            assertRefused(damaged, "bit " + i);
        }
    }

    @Test
    void findsEveryCut() {
        for (int length = 0; length < sealed.length; length++) {
            assertRefused(Arrays.copyOf(sealed, length), "cut to " + length);
        }
        for (int from = 0; from < sealed.length; from++) {
            for (int to = from + 1; to < sealed.length; to += 7) {
                assertRefused(without(from, to), "cut from " + from + " to " + to);
            }
        }
    }

    @Test
    void findsEveryInsertedByte() {
        for (int at = 0; at < sealed.length; at++) {
            byte[] inserted = Damage.join(
                    Arrays.copyOf(sealed, at), new byte[] {sealed[at]}, Arrays.copyOfRange(sealed, at, sealed.length));
            if (!Arrays.equals(inserted, 0, sealed.length, sealed, 0, sealed.length)) {
                assertRefused(inserted, "byte repeated at " + at);
            }
            assertRefused(
                    Damage.join(Arrays.copyOf(sealed, at), new byte[1], Arrays.copyOfRange(sealed, at, sealed.length)),
                    "zero inserted at " + at,
                    sealed[at] == 0);
        }
    }

    @Test
    void findsSegmentsThatAreSwappedRepeatedLeftOutOrPutLast() {
        for (int i = 0; i < 4; i++) {
            assertRefused(without(header + i * FRAME, header + (i + 1) * FRAME), "segment " + i + " left out");
            for (int j = 0; j < 4; j++) {
                if (i != j) {
                    byte[] copied = sealed.clone();
                    System.arraycopy(sealed, header + i * FRAME, copied, header + j * FRAME, FRAME);
                    assertRefused(copied, "segment " + i + " in place of " + j);
                    System.arraycopy(sealed, header + j * FRAME, copied, header + i * FRAME, FRAME);
                    assertRefused(copied, "segments " + i + " and " + j + " swapped");
                }
            }
            byte[] shortened = Arrays.copyOf(sealed, header + (i + 1) * FRAME);
            shortened[header + i * FRAME] ^= (byte) 0x80;
            assertRefused(shortened, "segment " + i + " made the last one", i == 3);
        }
    }

    @Test
    void findsASegmentThatWasShortenedThoughItIsSkipped() throws IOException {
        byte[] damaged = without(header + FRAME + 10, header + FRAME + 11);
        StreamFormat.putInt(damaged, header + FRAME, SEGMENT - 1);
        try (SealedInputStream in = open(damaged, HERE)) {
            assertThat(in.skip(2L * SEGMENT)).isEqualTo(2L * SEGMENT);
            assertThatThrownBy(in::read).isInstanceOf(DamagedDataException.class);
        }
        try (SealedInputStream in = open(damaged, HERE)) {
            assertThatThrownBy(in::plainLength).isInstanceOf(DamagedDataException.class);
        }
    }

    @Test
    void findsSegmentsOfAnotherStreamOfTheSameEpoch() throws IOException {
        StreamEpoch epoch = StreamEpoch.begin(KEYRING, PURPOSE, new SecureRandom());
        byte[] first = seal(epoch, content, HERE);
        byte[] second = seal(epoch, Keys.bytes(4 * SEGMENT, 2), HERE);
        for (int i = 0; i < 4; i++) {
            byte[] damaged = first.clone();
            System.arraycopy(second, header + i * FRAME, damaged, header + i * FRAME, FRAME);
            assertRefused(damaged, "segment " + i);
        }
        byte[] damaged = first.clone();
        System.arraycopy(second, 0, damaged, 0, header);
        assertRefused(damaged, "header");
    }

    @Test
    void aWholeStreamOpensInNoOtherPlace() {
        for (StreamContext elsewhere : new StreamContext[] {
            StreamContext.ofPlace(1, "container", "section", "id"),
            StreamContext.ofPlace(0, "other", "section", "id"),
            StreamContext.ofPlace(0, "container", "other", "id"),
            StreamContext.ofPlace(0, "container", "section", "other"),
            StreamContext.ofPlace(0, "containers", "ection", "id"),
            StreamContext.of(new byte[0])
        }) {
            assertThatThrownBy(() -> open(sealed, elsewhere).readAllBytes())
                    .isInstanceOf(DamagedDataException.class)
                    .hasMessageContaining("another place");
        }
    }

    @Test
    void opensForNoOtherPurposeAndWithNoOtherKey() {
        assertThatThrownBy(
                        () -> SealedInputStream.open(new ArraySource(sealed), new StreamKeys(KEYRING, "other"), HERE, 0)
                                .read())
                .isInstanceOf(DamagedDataException.class);
        Keyring impostor = Keyring.of("key-1", Map.of("key-1", new SecretKeySpec(Keys.bytes(32, 5), "AES")));
        assertThatThrownBy(() -> SealedInputStream.open(
                                new ArraySource(sealed), new StreamKeys(impostor, PURPOSE), HERE, 0)
                        .read())
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("another key of the same id");
        assertThatThrownBy(() -> SealedInputStream.open(
                        new ArraySource(sealed), new StreamKeys(Keys.keyring("key-2"), PURPOSE), HERE, 0))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining("'key-1'")
                .hasMessageContaining("[key-2]");
    }

    @Test
    void saysWhatAHeaderLacks() {
        assertThatThrownBy(() -> open(new byte[0], HERE))
                .isInstanceOf(NotSealedException.class)
                .hasMessageContaining("nothing is there");
        assertThatThrownBy(() -> open("plain text".getBytes(), HERE)).isInstanceOf(NotSealedException.class);
        assertHeader(bytes -> bytes[3] = 2, UnsupportedVersionException.class, "version 2");
        assertHeader(bytes -> bytes[4] = 0, DamagedDataException.class, "key id of 0 bytes");
        assertHeader(bytes -> bytes[4] = 65, DamagedDataException.class, "key id of 65 bytes");
        assertHeader(bytes -> bytes[4] = (byte) 255, DamagedDataException.class, "key id of 255 bytes");
        assertHeader(bytes -> bytes[5] = (byte) 0xFF, DamagedDataException.class, "not UTF-8");
        assertHeader(bytes -> bytes[5] = '\n', DamagedDataException.class, "cannot be seen");
        assertThatThrownBy(() -> open(Arrays.copyOf(sealed, header - 1), HERE))
                .isInstanceOf(TruncatedDataException.class)
                .hasMessageContaining("header");
    }

    @Test
    void refusesALengthBeyondASegmentBeforeItReadsThatMuch() {
        for (int word : new int[] {StreamFormat.SEGMENT_BYTES + 1, Integer.MAX_VALUE, -1, 0}) {
            byte[] damaged = sealed.clone();
            StreamFormat.putInt(damaged, header, word);
            ArraySource source = new ArraySource(damaged);
            assertThatThrownBy(() -> SealedInputStream.open(source, new StreamKeys(KEYRING, PURPOSE), HERE, 0)
                            .read())
                    .isInstanceOf(DamagedDataException.class)
                    .hasMessageContaining("length");
            assertThat(source.largestRead()).isLessThanOrEqualTo(StreamFormat.FULL_FRAME_BYTES);
        }
    }

    @Test
    void handsOutNothingOfASegmentThatIsNotGenuine() throws IOException {
        byte[] damaged = sealed.clone();
        damaged[header + FRAME - 1] ^= 1;
        byte[] room = new byte[1_000];
        try (SealedInputStream in = open(damaged, HERE)) {
            assertThatThrownBy(() -> in.read(room, 0, room.length)).isInstanceOf(DamagedDataException.class);
            assertThat(room).containsOnly(0);
            // What comes after it is genuine, but a reader that went on would take it for what comes next.
            assertThatThrownBy(() -> in.read(room, 0, room.length)).isInstanceOf(DamagedDataException.class);
            assertThatThrownBy(in::plainLength).isInstanceOf(DamagedDataException.class);
        }
    }

    private void assertHeader(Consumer<byte[]> change, Class<? extends SealedDataException> expected, String message) {
        byte[] damaged = sealed.clone();
        change.accept(damaged);
        assertThatThrownBy(() -> open(damaged, HERE)).isInstanceOf(expected).hasMessageContaining(message);
    }

    private void assertRefused(byte[] damaged, String what) {
        assertRefused(damaged, what, false);
    }

    /** Reads in each of three ways, none of which may end well, unless the change is none. */
    private void assertRefused(byte[] damaged, String what, boolean mayBeNone) {
        if (mayBeNone && Arrays.equals(damaged, 0, sealed.length, sealed, 0, Math.min(damaged.length, sealed.length))) {
            return;
        }
        for (int way = 0; way < 3; way++) {
            try (SealedInputStream in = open(damaged, HERE)) {
                if (way == 1) {
                    in.skip(3L * SEGMENT);
                } else if (way == 2) {
                    in.plainLength();
                    in.read();
                }
                byte[] read = in.readAllBytes();
                if (way == 1 && Arrays.equals(read, Arrays.copyOfRange(content, 3 * SEGMENT, content.length))
                        || way == 2 && Arrays.equals(read, Arrays.copyOfRange(content, 1, content.length))) {
                    // What was asked for is right; the change is in what was passed by, or behind the end.
                    continue;
                }
                fail("Read %d bytes in way %d of a stream with %s", read.length, way, what);
            } catch (SealedDataException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (IOException e) {
                fail("An exception that is not declared, with " + what, e);
            }
        }
    }

    private byte[] without(int from, int to) {
        return Damage.join(Arrays.copyOf(sealed, from), Arrays.copyOfRange(sealed, to, sealed.length));
    }

    private static SealedInputStream open(byte[] file, StreamContext context) throws IOException {
        return SealedInputStream.open(new ArraySource(file), new StreamKeys(KEYRING, PURPOSE), context, 0);
    }

    private static byte[] seal(byte[] content, StreamContext context) {
        try {
            return seal(StreamEpoch.begin(KEYRING, PURPOSE, new SecureRandom()), content, context);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] seal(StreamEpoch epoch, byte[] content, StreamContext context) throws IOException {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (SealedOutputStream out = epoch.open(sink, context)) {
            for (int at = 0; at < content.length; at += SEGMENT) {
                out.write(content, at, SEGMENT);
                if (at + SEGMENT < content.length) {
                    out.endSegment();
                }
            }
        }
        return sink.toByteArray();
    }
}
