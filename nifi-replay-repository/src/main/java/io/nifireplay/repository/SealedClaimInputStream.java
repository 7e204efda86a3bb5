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
package io.nifireplay.repository;

import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.stream.SealedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.apache.nifi.controller.repository.ContentNotFoundException;
import org.apache.nifi.controller.repository.claim.ContentClaim;

/**
 * The content of a claim, opened. It ends where the claim says, which is asked anew with each call because a claim may grow
 * while it is read; a claim of unknown length ends with its stream. A stream that ends before its claim does is an error.
 *
 * <p>Its methods exclude each other: NiFi closes the streams of a session that it ends while another thread may read, and
 * the file goes on to the next reader with the close.
 */
final class SealedClaimInputStream extends InputStream {
    private final ContentClaim claim;
    private final ClaimReading reading;
    private final boolean limited;
    private final byte[] one = new byte[1];
    private Optional<SealedInputStream> sealed;
    private long position;
    private boolean closed;

    /**
     * @param claim as NiFi names it
     * @param reading of the stream that the claim lies in
     * @param sealed the stream at the claim's first byte; empty when nothing of it is written yet
     */
    SealedClaimInputStream(ContentClaim claim, ClaimReading reading, Optional<SealedInputStream> sealed) {
        this.claim = claim;
        this.reading = reading;
        this.sealed = sealed;
        this.limited = claim.getLength() >= 0;
    }

    @Override
    public synchronized int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        requireOpen();
        if (length == 0) {
            return 0;
        }
        int wanted = (int) Math.min(length, room());
        if (wanted <= 0) {
            return -1;
        }
        int count = fill(target, offset, wanted);
        if (count > 0) {
            position += count;
        }
        return count;
    }

    private int fill(byte[] target, int offset, int length) throws IOException {
        if (sealed.isPresent() && sealed.get().available() > 0) {
            return sealed.get().read(target, offset, length);
        }
        long published = 0;
        while (true) {
            boolean written = reading.lookForWriter();
            if (!written) {
                // Its end may still wait with what follows it in the file.
                reading.publish();
            }
            int count = readSealed(target, offset, length);
            if (count >= 0) {
                return count;
            }
            if (!written) {
                return end();
            }
            // The writer may hold back what is asked for, or have come to the claim's end meanwhile.
            long now = reading.publish();
            if (now == published && reading.lookForWriter()) {
                return -1;
            }
            published = now;
        }
    }

    private int readSealed(byte[] target, int offset, int length) throws IOException {
        try {
            if (sealed.isEmpty()) {
                sealed = reading.openBegun();
                if (sealed.isEmpty()) {
                    return -1;
                }
            }
            return sealed.get().read(target, offset, length);
        } catch (SealedDataException e) {
            throw reading.failure(e);
        }
    }

    private int end() {
        if (limited) {
            throw new ContentNotFoundException(
                    claim,
                    "The stream of " + ClaimNames.of(claim) + " ends after " + position + " of " + claim.getLength()
                            + " bytes");
        }
        return -1;
    }

    private long room() {
        return limited ? claim.getLength() - position : Long.MAX_VALUE;
    }

    @Override
    public synchronized long skip(long count) throws IOException {
        requireOpen();
        long wanted = Math.min(count, room());
        if (wanted <= 0) {
            return 0;
        }
        long skipped = skipSealed(wanted);
        if (skipped < wanted && reading.lookForWriter()) {
            reading.publish();
            skipped += skipSealed(wanted - skipped);
        }
        position += skipped;
        return skipped;
    }

    private long skipSealed(long count) throws IOException {
        if (sealed.isEmpty()) {
            try {
                sealed = reading.openBegun();
            } catch (SealedDataException e) {
                throw reading.failure(e);
            }
        }
        return sealed.isEmpty() ? 0 : sealed.get().skip(count);
    }

    @Override
    public synchronized int available() throws IOException {
        requireOpen();
        return limited
                ? Math.clamp(room(), 0, Integer.MAX_VALUE)
                : sealed.map(SealedInputStream::available).orElse(0);
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            reading.close();
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The stream of " + ClaimNames.of(claim) + " is closed");
        }
    }
}
