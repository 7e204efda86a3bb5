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

import io.nifireplay.crypto.DamagedDataException;
import io.nifireplay.crypto.TruncatedDataException;
import io.nifireplay.crypto.aead.AesGcm;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import javax.crypto.SecretKey;

/**
 * Reads a sealed stream, from any place in it. Not thread-safe.
 *
 * <p>A segment is verified by its number and the offset of its first byte, so it needs none of those before it. To get to a
 * far place the reader takes the segments on the way for full ones, and tries the segment that would be there. Only when
 * that one is not genuine, because a segment on the way was ended early, it walks from frame to frame.
 */
public final class SealedInputStream extends InputStream {
    /** What is read at once at the beginning and behind a short segment: holds a stream of a few KB. */
    private static final int FIRST_FETCH_BYTES = 4 * 1024;

    /** What is read at once of a frame that is passed by. */
    private static final int PASSING_FETCH_BYTES = 64;

    private final SourceWindow sealed;
    private final long start;
    private final SecretKey key;
    private final int ordinal;
    private final BooleanSupplier writerAlive;
    private final byte[] nonce = new byte[AesGcm.NONCE_BYTES];

    /** Header, context, and plain offset of a segment. */
    private final byte[] associated;

    /** The next frame: where it is, its number, and the offset of its first plain byte. */
    private long framePosition;

    private long frameNumber;
    private long frameOffset;

    /** How much to read at once of the next frame. */
    private int fetchBytes = FIRST_FETCH_BYTES;

    /** A segment that was opened and is not yet handed out. */
    private byte[] window = StreamFormat.NO_BYTES;

    private long windowOffset;
    private int windowLength;

    private long position;

    /** The length of the content, once a last segment vouched for it; -1 before. */
    private long end = -1;

    /** What is the matter; empty while nothing is. */
    private String damage = "";

    private SealedInputStream(
            SourceWindow sealed,
            long start,
            StreamHeader header,
            SecretKey key,
            StreamContext context,
            BooleanSupplier writerAlive) {
        this.sealed = sealed;
        this.start = start;
        this.key = key;
        this.ordinal = header.ordinal();
        this.writerAlive = writerAlive;
        int headerLength = header.bytes().length;
        associated = Arrays.copyOf(header.bytes(), headerLength + context.length() + Long.BYTES);
        context.copyTo(associated, headerLength);
        framePosition = start + headerLength;
    }

    /** {@link #open(SealedSource, StreamKeys, StreamContext, long, BooleanSupplier)} of a stream that nobody writes any more. */
    public static SealedInputStream open(SealedSource source, StreamKeys keys, StreamContext context, long start)
            throws IOException {
        return open(source, keys, context, start, () -> false);
    }

    /**
     * Reads the header of a stream. Its key id is looked up; whether the header is genuine the first segment says.
     *
     * @param source closed by the stream's {@link #close()}; when this method throws it is left open
     * @param context as the stream was opened for writing
     * @param start where in the source the header begins
     * @param writerAlive whether this process still writes the stream. While it does, the end of what was written so far
     *     reads as the end of the stream, and more can be read later. When it does not, a stream without its last segment
     *     is an error. It is asked each time that no more is there.
     * @throws io.nifireplay.crypto.NotSealedException when no header begins there
     * @throws io.nifireplay.crypto.TruncatedDataException when the source ends within the header
     * @throws io.nifireplay.crypto.UnsupportedVersionException when it is of a later version
     * @throws io.nifireplay.crypto.DamagedDataException when it cannot be a header that was written
     * @throws io.nifireplay.crypto.keyring.UnknownKeyException when the keyring does not have its key
     * @throws IOException when the source fails
     */
    public static SealedInputStream open(
            SealedSource source, StreamKeys keys, StreamContext context, long start, BooleanSupplier writerAlive)
            throws IOException {
        SourceWindow sealed = new SourceWindow(source);
        int there = sealed.fetch(start, StreamHeader.MAX_BYTES, FIRST_FETCH_BYTES);
        StreamHeader header = StreamHeader.read(sealed.bytes(), 0, there, start);
        return new SealedInputStream(sealed, start, header, keys.of(header), context, writerAlive);
    }

    @Override
    public int read() throws IOException {
        while (true) {
            if (position - windowOffset < windowLength) {
                return Byte.toUnsignedInt(window[(int) (position++ - windowOffset)]);
            }
            if (isAtEnd() || advance(StreamFormat.NO_BYTES, 0, 0) < 0) {
                return -1;
            }
        }
    }

    /**
     * Reads bytes, all of which are verified. A whole segment is opened straight into the array when there is room for it
     * (64 KiB for all but the last).
     *
     * @throws io.nifireplay.crypto.DamagedDataException when a segment is not what was written there; every later read
     *     fails too
     * @throws io.nifireplay.crypto.TruncatedDataException when the stream ends without its last segment and nobody writes it
     * @throws IOException when the source fails
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        while (true) {
            long left = windowOffset + windowLength - position;
            if (left > 0) {
                int count = (int) Math.min(left, length);
                System.arraycopy(window, (int) (position - windowOffset), target, offset, count);
                position += count;
                return count;
            }
            if (isAtEnd()) {
                return -1;
            }
            int count = advance(target, offset, length);
            if (count != 0) {
                return count;
            }
        }
    }

    /**
     * Moves on without reading or opening anything. As with {@link java.io.FileInputStream}, this may go beyond the end: the
     * next read then says so.
     *
     * @return how far it moved: {@code count}, or less where the source is too short to hold that much
     */
    @Override
    public long skip(long count) throws IOException {
        long furthest = end;
        if (furthest < 0) {
            // Sealed bytes are never fewer than the plain ones.
            furthest = frameOffset + Math.max(0, sealed.source().size() - framePosition);
        }
        long moved = Math.max(0, Math.min(count, furthest - position));
        position += moved;
        return moved;
    }

    /** How many bytes can be read without opening a segment. */
    @Override
    public int available() {
        return (int) Math.max(0, windowOffset + windowLength - position);
    }

    /**
     * The length of the whole stream's content, vouched for by its last segment, which is opened for that. It is found by
     * arithmetic where the stream is the last one in its source, else by a walk over the frames (about 1 µs each). The
     * position stays where it is. While the stream is being written: the length of what can be read so far.
     *
     * @throws IOException as {@link #read(byte[], int, int)} does
     */
    public long plainLength() throws IOException {
        requireUndamaged();
        if (end < 0 && !endsWithTheSource()) {
            return walkToTheEnd();
        }
        return end;
    }

    /** Closes the source. */
    @Override
    public void close() throws IOException {
        sealed.source().close();
    }

    private boolean isAtEnd() throws IOException {
        requireUndamaged();
        return end >= 0 && position >= end;
    }

    /**
     * Opens the segment that the position is in: into the target where it fits, else into the window.
     *
     * @return how many bytes are in the target; 0 when to look at the window and the end again; -1 when no more is there for
     *     now
     */
    private int advance(byte[] target, int offset, int room) throws IOException {
        if (position - frameOffset >= StreamFormat.SEGMENT_BYTES && jump()) {
            return 0;
        }
        while (true) {
            if (!isThere(framePosition, StreamFormat.FRAME_HEADER_BYTES, passes() ? PASSING_FETCH_BYTES : fetchBytes)) {
                return -1;
            }
            int word = sealed.intAt(framePosition);
            boolean last = word < 0;
            int length = word & ~StreamFormat.LAST;
            requirePossible(length, last, frameNumber, framePosition);
            if (!last && frameOffset + length <= position) {
                step(length, last);
                continue;
            }
            if (!isThere(framePosition, length + StreamFormat.FRAME_OVERHEAD_BYTES, StreamFormat.FULL_FRAME_BYTES)) {
                return -1;
            }
            boolean direct = position == frameOffset && length > 0 && length <= room;
            if (direct) {
                requireGenuine(open(framePosition, frameNumber, frameOffset, length, last, target, offset));
                position += length;
            } else {
                requireGenuine(openToWindow(framePosition, frameNumber, frameOffset, length, last));
            }
            step(length, last);
            return direct ? length : 0;
        }
    }

    /** Whether the next frame is likely to be one that the position is beyond. */
    private boolean passes() {
        return position - frameOffset >= StreamFormat.SEGMENT_BYTES;
    }

    /** Opens the segment where the position would be if all segments up to it were full. */
    private boolean jump() throws IOException {
        long segments = (position - frameOffset) / StreamFormat.SEGMENT_BYTES;
        long at = framePosition + segments * StreamFormat.FULL_FRAME_BYTES;
        if (sealed.fetch(at, StreamFormat.FRAME_HEADER_BYTES, StreamFormat.FULL_FRAME_BYTES)
                < StreamFormat.FRAME_HEADER_BYTES) {
            return false;
        }
        int word = sealed.intAt(at);
        boolean last = word < 0;
        int length = word & ~StreamFormat.LAST;
        int frameBytes = length + StreamFormat.FRAME_OVERHEAD_BYTES;
        long number = frameNumber + segments;
        long plainOffset = frameOffset + segments * StreamFormat.SEGMENT_BYTES;
        if (!isPossible(length, last)
                || sealed.fetch(at, frameBytes, StreamFormat.FULL_FRAME_BYTES) < frameBytes
                || !openToWindow(at, number, plainOffset, length, last)) {
            return false;
        }
        framePosition = at;
        frameNumber = number;
        frameOffset = plainOffset;
        step(length, last);
        return true;
    }

    /** Goes behind the next frame. Where it is a last one, it was verified. */
    private void step(int length, boolean last) {
        framePosition += length + StreamFormat.FRAME_OVERHEAD_BYTES;
        frameNumber++;
        frameOffset += length;
        fetchBytes = length == StreamFormat.SEGMENT_BYTES ? StreamFormat.FULL_FRAME_BYTES : FIRST_FETCH_BYTES;
        if (last) {
            end = frameOffset;
        }
    }

    private boolean openToWindow(long at, long number, long plainOffset, int length, boolean last) {
        if (window.length < length) {
            window = new byte[length];
        }
        windowLength = 0;
        boolean genuine = open(at, number, plainOffset, length, last, window, 0);
        if (genuine) {
            windowOffset = plainOffset;
            windowLength = length;
        }
        return genuine;
    }

    /** Opens a segment whose whole frame is at hand. */
    private boolean open(long at, long number, long plainOffset, int length, boolean last, byte[] target, int offset) {
        StreamFormat.putNonce(nonce, ordinal, number, last);
        StreamFormat.putLong(associated, associated.length - Long.BYTES, plainOffset);
        int from = sealed.index(at) + StreamFormat.FRAME_HEADER_BYTES;
        return AesGcm.open(key, nonce, associated, sealed.bytes(), from, length + AesGcm.TAG_BYTES, target, offset);
    }

    /** Looks at the place where the last segment ends with the source, all those before it being full. */
    private boolean endsWithTheSource() throws IOException {
        long rest = sealed.source().size() - framePosition - StreamFormat.FRAME_OVERHEAD_BYTES;
        if (rest < 0) {
            return false;
        }
        long segments = rest / StreamFormat.FULL_FRAME_BYTES;
        long length = rest % StreamFormat.FULL_FRAME_BYTES;
        long at = framePosition + segments * StreamFormat.FULL_FRAME_BYTES;
        if (length > StreamFormat.SEGMENT_BYTES) {
            return false;
        }
        int frameBytes = (int) length + StreamFormat.FRAME_OVERHEAD_BYTES;
        long plainOffset = frameOffset + segments * StreamFormat.SEGMENT_BYTES;
        if (sealed.fetch(at, frameBytes, StreamFormat.FULL_FRAME_BYTES) < frameBytes
                || sealed.intAt(at) != ((int) length | StreamFormat.LAST)
                || !isGenuine(at, frameNumber + segments, plainOffset, (int) length, true)) {
            return false;
        }
        end = plainOffset + length;
        return true;
    }

    private long walkToTheEnd() throws IOException {
        long at = framePosition;
        long number = frameNumber;
        long plainOffset = frameOffset;
        long lastAt = at;
        int lastLength = -1;
        boolean ended = false;
        while (!ended && isThere(at, StreamFormat.FRAME_HEADER_BYTES, PASSING_FETCH_BYTES)) {
            int word = sealed.intAt(at);
            boolean last = word < 0;
            int length = word & ~StreamFormat.LAST;
            requirePossible(length, last, number, at);
            int frameBytes = length + StreamFormat.FRAME_OVERHEAD_BYTES;
            if (at + frameBytes > sealed.source().size() && !isThere(at, frameBytes, StreamFormat.FULL_FRAME_BYTES)) {
                break;
            }
            lastAt = at;
            lastLength = length;
            ended = last;
            at += frameBytes;
            number++;
            plainOffset += length;
        }
        if (lastLength >= 0) {
            sealed.fetch(lastAt, lastLength + StreamFormat.FRAME_OVERHEAD_BYTES, StreamFormat.FULL_FRAME_BYTES);
            requireGenuine(isGenuine(lastAt, number - 1, plainOffset - lastLength, lastLength, ended));
        }
        if (ended) {
            end = plainOffset;
        }
        return plainOffset;
    }

    private boolean isGenuine(long at, long number, long plainOffset, int length, boolean last) {
        return open(at, number, plainOffset, length, last, new byte[length], 0);
    }

    /**
     * Whether bytes are there. When they are not, their writer must be alive.
     *
     * @throws TruncatedDataException when nobody will write them
     */
    private boolean isThere(long at, int needed, int wanted) throws IOException {
        int ask = Math.max(needed, wanted);
        if (sealed.fetch(at, needed, ask) >= needed) {
            return true;
        }
        if (writerAlive.getAsBoolean()) {
            return false;
        }
        // It may have written its last segment between the two looks.
        if (sealed.fetch(at, needed, ask) >= needed) {
            return true;
        }
        throw new TruncatedDataException(
                "The sealed stream at byte " + start + " ends without its last segment, at byte "
                        + sealed.source().size() + " of its source: what was behind has been lost or cut off");
    }

    private static boolean isPossible(int length, boolean last) {
        return length <= StreamFormat.SEGMENT_BYTES && (length > 0 || last);
    }

    private void requirePossible(int length, boolean last, long number, long at) throws DamagedDataException {
        if (!isPossible(length, last)) {
            throw damaged("Segment " + number + " of the sealed stream at byte " + start
                    + " is damaged: its header at byte " + at + " gives it a length of " + length + " bytes");
        }
    }

    private void requireGenuine(boolean genuine) throws DamagedDataException {
        if (!genuine) {
            throw damaged("A segment of the sealed stream at byte " + start + ", for bytes from "
                    + StreamFormat.getLong(associated, associated.length - Long.BYTES)
                    + " on, is not what was written there: it was changed, or comes from another place, or was sealed"
                    + " with another key of the same id");
        }
    }

    private DamagedDataException damaged(String what) {
        damage = what;
        return new DamagedDataException(what);
    }

    private void requireUndamaged() throws IOException {
        if (!damage.isEmpty()) {
            throw new DamagedDataException(damage);
        }
    }
}
