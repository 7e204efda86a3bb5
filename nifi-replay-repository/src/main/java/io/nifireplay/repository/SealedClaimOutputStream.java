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

import io.nifireplay.crypto.stream.SealedOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.io.ContentClaimOutputStream;

/**
 * Seals what NiFi writes to a claim, and to the claims that follow it in the same file.
 *
 * <p>Two claims stand for each: NiFi's shows the plain length, from which a session computes where in a claim a FlowFile
 * begins; the file repository's own shows the sealed length, from which that one computes where the next claim begins.
 *
 * <p>A flush seals nothing: NiFi flushes far more often than it reads what it has just written. A reader has the waiting
 * bytes sealed ({@link #publish()}), as have {@link #newContentClaim()} and {@link #close()}.
 */
final class SealedClaimOutputStream extends ContentClaimOutputStream {
    private final WritableFiles files;
    private final WritableFile file;
    private final ContentClaimOutputStream sink;
    private volatile StandardContentClaim claim;
    private Optional<SealedOutputStream> sealed = Optional.empty();
    private boolean failed;
    private volatile boolean closed;

    /**
     * @param sink the file repository's stream for its own claim at the same place
     * @param claim NiFi's claim
     */
    SealedClaimOutputStream(
            WritableFiles files, WritableFile file, ContentClaimOutputStream sink, StandardContentClaim claim) {
        this.files = files;
        this.file = file;
        this.sink = sink;
        this.claim = claim;
        file.attach(this);
    }

    @Override
    public synchronized void write(int value) throws IOException {
        requireOpen();
        try {
            stream().write(value);
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
        claim.setLength(plainLength());
    }

    @Override
    public void write(byte[] source) throws IOException {
        write(source, 0, source.length);
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) throws IOException {
        requireOpen();
        if (length > 0) {
            try {
                stream().write(source, offset, length);
            } catch (IOException | RuntimeException e) {
                throw failure(e);
            }
        }
        claim.setLength(plainLength());
    }

    @Override
    public synchronized void flush() throws IOException {
        requireOpen();
        sink.flush();
    }

    @Override
    public synchronized ContentClaim newContentClaim() throws IOException {
        requireOpen();
        seal();
        ContentClaim next = sink.newContentClaim();
        claim = new StandardContentClaim(next.getResourceClaim(), next.getOffset());
        return claim;
    }

    /** @throws IOException when what was written is not in the file as a whole, now or since an earlier failure */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            seal();
        } finally {
            closed = true;
            if (claim.getLength() < 0) {
                claim.setLength(0);
            }
            try {
                sink.close();
            } finally {
                file.detach(this);
                files.forgetFrozen(file.resource());
            }
        }
    }

    /** Whether the claim at this offset is the one that is being written. */
    boolean writes(long offset) {
        return !closed && claim.getOffset() == offset;
    }

    /**
     * Seals what waits, so that a reader finds it in the file. It does nothing when the claim at this offset is complete.
     *
     * @return how many bytes of the claim are in the file
     */
    synchronized long publish(long offset) throws IOException {
        if (!writes(offset) || sealed.isEmpty()) {
            return 0;
        }
        try {
            sealed.get().endSegment();
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
        return sealed.get().sealedBytes();
    }

    /** Bytes of content written to the claim so far. */
    synchronized long plainLength() {
        return sealed.map(SealedOutputStream::plainBytes).orElse(0L);
    }

    private SealedOutputStream stream() throws IOException {
        if (failed) {
            throw new IOException("An earlier write failed");
        }
        if (sealed.isEmpty()) {
            sealed = Optional.of(file.openStream(sink, claim.getOffset()));
        }
        return sealed.get();
    }

    private void seal() throws IOException {
        if (failed) {
            throw new IOException(
                    "An earlier write to " + ClaimNames.of(claim) + " failed: its content is not in the repository");
        }
        if (sealed.isPresent()) {
            try {
                sealed.get().close();
            } catch (IOException | RuntimeException e) {
                throw failure(e);
            }
            sealed = Optional.empty();
        }
    }

    private IOException failure(Exception cause) {
        failed = true;
        file.dropEpoch();
        return new IOException("Failed to write to " + ClaimNames.of(claim) + ": " + cause.getMessage(), cause);
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("The stream of " + ClaimNames.of(claim) + " is closed");
        }
    }

    @Override
    public String toString() {
        return "EncryptedContentRepository Stream [" + claim + "]";
    }
}
