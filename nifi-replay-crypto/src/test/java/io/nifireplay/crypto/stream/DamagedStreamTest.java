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

import io.nifireplay.crypto.DamagedDataException;
import io.nifireplay.crypto.NotSealedException;
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.TruncatedDataException;
import io.nifireplay.crypto.UnsupportedVersionException;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.UnknownKeyException;
import io.nifireplay.crypto.testing.ArraySource;
import io.nifireplay.crypto.testing.Keys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is done to the bytes of a stream is found when it is read, at every place and in every way of reading. */
class DamagedStreamTest {
    private static final int HEADER = 3 + 1 + 1 + "key-1".length() + 32 + 4;
    private static final int VICTIM = 1;

    /** Three streams; the one in the middle, which is damaged, has five segments. */
    private SealedFile file;

    @BeforeEach
    void setUp() throws IOException {
        file = SealedFile.write(1, new int[] {40, 40}, new int[] {20, 20, 33, 1, 20}, new int[] {20, 20, 20});
    }

    @Test
    void readsWhatIsNotDamaged() throws IOException {
        for (int stream = 0; stream < file.streams(); stream++) {
            assertThat(readAll(file.bytes(), stream)).isEqualTo(file.content(stream));
        }
    }

    @Test
    void findsEveryBitThatIsFlipped() throws IOException {
        for (long bit = file.start(VICTIM) * Byte.SIZE; bit < file.end(VICTIM) * Byte.SIZE; bit++) {
            byte[] damaged = file.bytes();
            damaged[(int) (bit / Byte.SIZE)] ^= (byte) (1 << bit % Byte.SIZE);
            assertFound(damaged, "bit " + bit);
        }
    }

    @Test
    void findsWhatIsCutOffWhereverThatIs() throws IOException {
        for (int end = (int) file.start(VICTIM); end < file.end(VICTIM); end++) {
            assertFound(Arrays.copyOf(file.bytes(), end), "cut at " + end);
        }
    }

    @Test
    void findsWhatIsTakenOutWhereverThatIs() throws IOException {
        for (int from = (int) file.start(VICTIM); from < file.end(VICTIM); from++) {
            for (int length : new int[] {1, 4, 20, 40, 41}) {
                byte[] whole = file.bytes();
                int to = from + length;
                if (to <= whole.length) {
                    assertFound(splice(whole, from, to, new byte[0]), "bytes " + from + " to " + to + " taken out");
                }
            }
        }
    }

    @Test
    void findsWhatIsPutInWhereverThatIs() throws IOException {
        for (int at = (int) file.start(VICTIM); at < file.end(VICTIM); at++) {
            for (int length : new int[] {1, 20, 40}) {
                assertFound(splice(file.bytes(), at, at, Keys.bytes(length, at)), length + " bytes put in at " + at);
                assertFound(splice(file.bytes(), at, at, new byte[length]), length + " zeros put in at " + at);
            }
        }
    }

    /** Every segment of every stream in the place of every segment of the victim, and before and behind it. */
    @Test
    void findsSegmentsThatAreSwappedOrRepeatedWithinAStreamAndBetweenStreams() throws IOException {
        int[][] frames = frames();
        byte[] whole = file.bytes();
        for (int[] frame : frames) {
            byte[] copy = Arrays.copyOfRange(whole, frame[0], frame[1]);
            for (int[] place : frames) {
                if (place[2] != VICTIM) {
                    continue;
                }
                String what = "frame at " + frame[0] + " for the one at " + place[0];
                assertFoundIfTouched(splice(whole, place[0], place[1], copy), what);
                assertFoundIfTouched(splice(whole, place[0], place[0], copy), what + ", before it");
                assertFoundIfTouched(splice(whole, place[1], place[1], copy), what + ", behind it");
            }
        }
    }

    @Test
    void findsAStreamInThePlaceOfAnother() throws IOException {
        byte[] whole = file.bytes();
        for (int other = 0; other < file.streams(); other++) {
            if (other != VICTIM) {
                byte[] copy = Arrays.copyOfRange(whole, (int) file.start(other), (int) file.end(other));
                assertFound(splice(whole, (int) file.start(VICTIM), (int) file.end(VICTIM), copy), "stream " + other);
            }
        }
        byte[] header = Arrays.copyOfRange(whole, (int) file.start(0), (int) file.start(0) + HEADER);
        int start = (int) file.start(VICTIM);
        assertFound(splice(whole, start, start + HEADER, header), "header of stream 0");
    }

    @Test
    void doesNotOpenForAnotherPlaceKeyOrPurpose() {
        long start = file.start(VICTIM);
        ArraySource source = new ArraySource(file.bytes());
        assertThatThrownBy(() -> read(source, SealedFile.keys(), SealedFile.context(start + 1), start))
                .isInstanceOf(DamagedDataException.class);
        assertThatThrownBy(() -> read(
                        source, SealedFile.keys(), StreamContext.ofPlace(start, "container", "sectioni", "d"), start))
                .isInstanceOf(DamagedDataException.class);
        assertThatThrownBy(() -> read(
                        source,
                        new StreamKeys(SealedFile.KEYRING, "another purpose"),
                        SealedFile.context(start),
                        start))
                .isInstanceOf(DamagedDataException.class);
        Keyring stranger = Keyring.of("key-1", Map.of("key-1", Keys.key("another")));
        assertThatThrownBy(() ->
                        read(source, new StreamKeys(stranger, SealedFile.PURPOSE), SealedFile.context(start), start))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("another key of the same id");
        assertThatThrownBy(() -> read(
                        source,
                        new StreamKeys(Keys.keyring("key-2"), SealedFile.PURPOSE),
                        SealedFile.context(start),
                        start))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining("'key-1'")
                .hasMessageContaining("[key-2]");
    }

    @Test
    void saysWhatIsTheMatter() {
        int start = (int) file.start(VICTIM);
        byte[] version = file.bytes();
        version[start + 3] = 2;
        assertThatThrownBy(() -> readAll(version, VICTIM))
                .isInstanceOf(UnsupportedVersionException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("byte " + start);

        byte[] magic = file.bytes();
        magic[start] = 'x';
        assertThatThrownBy(() -> readAll(magic, VICTIM)).isInstanceOf(NotSealedException.class);
        assertThatThrownBy(() -> readAll(new byte[0], 0))
                .isInstanceOf(NotSealedException.class)
                .hasMessageContaining("nothing is there");

        byte[] cut = Arrays.copyOf(file.bytes(), start + HEADER + 60);
        assertThatThrownBy(() -> readAll(cut, VICTIM))
                .isInstanceOf(TruncatedDataException.class)
                .hasMessageContaining("without its last segment");

        byte[] length = file.bytes();
        length[start + HEADER] = 0x7F;
        assertThatThrownBy(() -> readAll(length, VICTIM))
                .isInstanceOf(DamagedDataException.class)
                .hasMessageContaining("length of " + (0x7F000000 | 20));
    }

    @Test
    void goesOnFailingOnceItHasFailed() throws IOException {
        byte[] damaged = file.bytes();
        damaged[(int) file.start(VICTIM) + HEADER + 4] ^= 1;
        try (SealedInputStream in = open(damaged, VICTIM)) {
            for (int again = 0; again < 3; again++) {
                assertThatThrownBy(in::read).isInstanceOf(DamagedDataException.class);
                assertThatThrownBy(() -> in.read(new byte[10])).isInstanceOf(DamagedDataException.class);
                assertThatThrownBy(in::plainLength).isInstanceOf(DamagedDataException.class);
            }
        }
    }

    @Test
    void givesTheSegmentsBeforeTheDamageAndNoByteOfIt() throws IOException {
        byte[] damaged = file.bytes();
        damaged[(int) file.end(VICTIM) - 1] ^= 1;
        byte[] content = file.content(VICTIM);
        try (SealedInputStream in = open(damaged, VICTIM)) {
            assertThat(in.readNBytes(74)).isEqualTo(Arrays.copyOf(content, 74));
            byte[] room = new byte[100];
            assertThatThrownBy(() -> in.read(room)).isInstanceOf(DamagedDataException.class);
            assertThat(room).containsOnly(0);
        }
    }

    /** What follows the last segment is the next stream's damage, not the victim's. */
    private void assertFoundIfTouched(byte[] damaged, String what) throws IOException {
        int from = (int) file.start(VICTIM);
        int to = (int) file.end(VICTIM);
        if (!Arrays.equals(damaged, from, to, file.bytes(), from, to)) {
            assertFound(damaged, what);
        }
    }

    /** Reads the victim in several ways, of which none may give anything but an exception or what is right so far. */
    private void assertFound(byte[] damaged, String what) throws IOException {
        assertThatThrownBy(() -> readAll(damaged, VICTIM)).as(what).isInstanceOf(SealedDataException.class);
        byte[] content = file.content(VICTIM);
        for (int from : new int[] {0, 19, 45, 73, content.length - 1}) {
            boolean found = false;
            try (SealedInputStream in = open(damaged, VICTIM)) {
                in.skip(from);
                int at = from;
                for (int read = in.read(); read >= 0; read = in.read()) {
                    assertThat((byte) read).as("%s, byte %d", what, at).isEqualTo(content[at++]);
                }
                assertThat(at).as("%s, from %d: the end", what, from).isEqualTo(content.length);
            } catch (SealedDataException e) {
                found = true;
            }
            assertThat(found || from > 0).as(what).isTrue();
        }
        try (SealedInputStream in = open(damaged, VICTIM)) {
            assertThat(in.plainLength()).as(what).isEqualTo(content.length);
        } catch (SealedDataException e) {
            // That is what is wanted; a right length is no less.
        }
    }

    /** From, to and stream of each frame. */
    private int[][] frames() {
        byte[] whole = file.bytes();
        List<int[]> frames = new ArrayList<>();
        for (int stream = 0; stream < file.streams(); stream++) {
            int at = (int) file.start(stream) + HEADER;
            while (at < file.end(stream)) {
                int next =
                        at + (StreamFormat.getInt(whole, at) & ~StreamFormat.LAST) + StreamFormat.FRAME_OVERHEAD_BYTES;
                frames.add(new int[] {at, next, stream});
                at = next;
            }
        }
        assertThat(frames).hasSize(2 + 5 + 3);
        return frames.toArray(new int[0][]);
    }

    private static byte[] splice(byte[] whole, int from, int to, byte[] instead) {
        byte[] result = Arrays.copyOf(whole, from + instead.length + whole.length - to);
        System.arraycopy(instead, 0, result, from, instead.length);
        System.arraycopy(whole, to, result, from + instead.length, whole.length - to);
        return result;
    }

    private byte[] readAll(byte[] bytes, int stream) throws IOException {
        try (SealedInputStream in = open(bytes, stream)) {
            return in.readAllBytes();
        }
    }

    private SealedInputStream open(byte[] bytes, int stream) throws IOException {
        long start = file.start(stream);
        return SealedInputStream.open(new ArraySource(bytes), SealedFile.keys(), SealedFile.context(start), start);
    }

    private static byte[] read(ArraySource source, StreamKeys keys, StreamContext context, long start)
            throws IOException {
        try (SealedInputStream in = SealedInputStream.open(source, keys, context, start)) {
            return in.readAllBytes();
        }
    }
}
