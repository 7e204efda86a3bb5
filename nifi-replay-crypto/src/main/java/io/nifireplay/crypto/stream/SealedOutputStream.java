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
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Seals what is written to it. Not thread-safe: where a reader may call {@link #endSegment()} while another thread writes,
 * the two need a lock around each call.
 *
 * <p>A segment goes to the sink in one write, as soon as it is full, and is never sealed again: when the sink fails, nobody
 * knows how much of it is out, so the stream and its epoch seal no more.
 */
public final class SealedOutputStream extends OutputStream {
    private final StreamEpoch epoch;
    private final OutputStream sink;
    private final StreamContext context;
    private final byte[] nonce = new byte[AesGcm.NONCE_BYTES];

    /** Header, context, and plain offset of a segment; empty before the first byte. */
    private byte[] associated = StreamFormat.NO_BYTES;

    private int ordinal;
    private long counter;
    private int waiting;
    private long published;
    private long sealedBytes;
    private boolean failed;
    private boolean closed;

    SealedOutputStream(StreamEpoch epoch, OutputStream sink, StreamContext context) {
        this.epoch = epoch;
        this.sink = sink;
        this.context = context;
    }

    @Override
    public void write(int value) throws IOException {
        requireWritable();
        byte[] buffer = epoch.bufferFor(waiting + 1);
        buffer[plainAt() + waiting++] = (byte) value;
        if (waiting == StreamFormat.SEGMENT_BYTES) {
            sealWaiting(false);
        }
    }

    /**
     * Seals whole segments straight from the array; only what is left is copied.
     *
     * @throws EpochEndedException when the data key may seal no more, or the stream has failed before
     * @throws IOException when the sink fails
     */
    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        requireWritable();
        int at = offset;
        int left = length;
        while (left > 0) {
            if (waiting == 0 && left >= StreamFormat.SEGMENT_BYTES) {
                epoch.bufferFor(StreamFormat.SEGMENT_BYTES);
                seal(source, at, StreamFormat.SEGMENT_BYTES, false);
                at += StreamFormat.SEGMENT_BYTES;
                left -= StreamFormat.SEGMENT_BYTES;
                continue;
            }
            int count = Math.min(left, StreamFormat.SEGMENT_BYTES - waiting);
            byte[] buffer = epoch.bufferFor(waiting + count);
            System.arraycopy(source, at, buffer, plainAt() + waiting, count);
            waiting += count;
            at += count;
            left -= count;
            if (waiting == StreamFormat.SEGMENT_BYTES) {
                sealWaiting(false);
            }
        }
    }

    /** Flushes the sink. Nothing is sealed by it: bytes that wait for their segment go on waiting. */
    @Override
    public void flush() throws IOException {
        sink.flush();
    }

    /**
     * Seals what waits as a segment of its own, so that a reader finds all that was written. Without any it does nothing.
     *
     * @throws EpochEndedException when the data key may seal no more, or the stream has failed before
     * @throws IOException when the sink fails
     */
    public void endSegment() throws IOException {
        requireWritable();
        if (waiting > 0) {
            sealWaiting(false);
        }
    }

    /** How many bytes were written to this stream. */
    public long plainBytes() {
        return published + waiting;
    }

    /** How many bytes went to the sink so far; all of them when the stream is closed. */
    public long sealedBytes() {
        return sealedBytes;
    }

    /**
     * Seals the last segment. A stream to which nothing was written leaves nothing. The sink stays open.
     *
     * @throws IOException when the sink fails, or had failed: the stream is not complete then. Closing once more does
     *     nothing
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            requireWritable();
            if (plainBytes() > 0) {
                sealWaiting(true);
            }
        } finally {
            closed = true;
            epoch.streamClosed();
        }
    }

    private void requireWritable() throws IOException {
        if (closed) {
            throw new IOException("The sealed stream is closed");
        }
        if (failed) {
            throw new EpochEndedException("The sealed stream is not complete and cannot be, since sealing or writing a"
                    + " segment failed: write the content again, under another epoch");
        }
    }

    private int plainAt() {
        return epoch.headerLength() + StreamFormat.FRAME_HEADER_BYTES;
    }

    private void sealWaiting(boolean last) throws IOException {
        int length = waiting;
        seal(epoch.buffer(), plainAt(), length, last);
    }

    private void seal(byte[] source, int offset, int length, boolean last) throws IOException {
        failed = true;
        try {
            publish(source, offset, length, last);
            failed = false;
        } finally {
            if (failed) {
                epoch.fail("a segment of one of its streams could not be sealed and written");
            }
        }
    }

    private void publish(byte[] source, int offset, int length, boolean last) throws IOException {
        byte[] buffer = epoch.buffer();
        int headerLength = epoch.headerLength();
        boolean first = counter == 0;
        if (first) {
            begin(buffer, headerLength);
        }
        if (counter == epoch.maxSegments()) {
            throw new EpochEndedException("The stream has " + counter + " segments, which is as many as it can have");
        }
        epoch.spend(length);
        StreamFormat.putNonce(nonce, ordinal, counter, last);
        counter++;
        StreamFormat.putLong(associated, associated.length - Long.BYTES, published);
        StreamFormat.putInt(buffer, headerLength, last ? length | StreamFormat.LAST : length);
        AesGcm.seal(epoch.key(), nonce, associated, source, offset, length, buffer, plainAt());
        int from = first ? 0 : headerLength;
        int count = headerLength - from + StreamFormat.FRAME_OVERHEAD_BYTES + length;
        // Counted before the sink has them: should it fail half-way, the count is no less than what is out.
        published += length;
        waiting = 0;
        sealedBytes += count;
        sink.write(buffer, from, count);
    }

    private void begin(byte[] buffer, int headerLength) {
        ordinal = epoch.nextOrdinal();
        StreamFormat.putInt(buffer, headerLength - Integer.BYTES, ordinal);
        associated = new byte[headerLength + context.length() + Long.BYTES];
        System.arraycopy(buffer, 0, associated, 0, headerLength);
        context.copyTo(associated, headerLength);
    }
}
