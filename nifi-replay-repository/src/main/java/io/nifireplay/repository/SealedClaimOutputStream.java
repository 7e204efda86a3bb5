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
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.io.ContentClaimOutputStream;

/**
 * Seals what NiFi writes to a claim, and to the claims that follow it in the same file.
 *
 * <p>NiFi's claims show the plain length, from which a session computes where in a claim a FlowFile begins. The file
 * repository knows one claim for all that this stream writes; that one shows the sealed length, from which the file
 * repository computes where in the file the next claim begins.
 *
 * <p>A flush does nothing: NiFi flushes far more often than it reads what it has just written, and it closes the stream
 * before it commits. Plain bytes wait for their segment, and sealed ones in a {@link Batch}, until there are enough, or a
 * reader wants them ({@link #publish}), or the stream is closed.
 */
final class SealedClaimOutputStream extends ContentClaimOutputStream {
    private final Consumer<ContentClaim> claimants;
    private final WritableFiles files;
    private final WritableFile file;
    private final StandardContentClaim filed;
    private final OutputStream sink;
    private final Batch batch;
    private volatile StandardContentClaim claim;
    private Optional<SealedOutputStream> sealed = Optional.empty();
    private boolean failed;
    private volatile boolean closed;

    /**
     * @param claimants counts one more claimant of a claim
     * @param filed the file repository's own claim
     * @param sink the file repository's stream for that claim
     * @param claim NiFi's claim at the same place
     */
    SealedClaimOutputStream(
            Consumer<ContentClaim> claimants,
            WritableFiles files,
            StandardContentClaim filed,
            OutputStream sink,
            StandardContentClaim claim) {
        this.claimants = claimants;
        this.files = files;
        this.file = files.of(claim.getResourceClaim());
        this.filed = filed;
        this.sink = sink;
        this.claim = claim;
        this.batch = file.attach(this, sink, claim.getOffset());
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
    }

    @Override
    public synchronized ContentClaim newContentClaim() throws IOException {
        requireOpen();
        long end = claim.getOffset() + seal();
        claim = new StandardContentClaim(claim.getResourceClaim(), end);
        claimants.accept(claim);
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
            drain();
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
     * Brings into the file what waits, so that a reader finds it there.
     *
     * @param offset of the claim that is to be read: when it is the one that is being written, its segment is ended
     * @return how many bytes of that claim are in the file, 0 when it is another than the one that is being written
     */
    synchronized long publish(long offset) throws IOException {
        if (closed) {
            return 0;
        }
        long published = 0;
        if (sealed.isPresent() && writes(offset)) {
            try {
                sealed.get().endSegment();
            } catch (IOException | RuntimeException e) {
                throw failure(e);
            }
            published = sealed.get().sealedBytes();
        }
        drain();
        return published;
    }

    private long plainLength() {
        return sealed.isEmpty() ? 0 : sealed.get().plainBytes();
    }

    private SealedOutputStream stream() throws IOException {
        if (failed) {
            throw new IOException("an earlier write failed");
        }
        if (sealed.isEmpty()) {
            sealed = Optional.of(file.openStream(batch, claim.getOffset()));
        }
        return sealed.get();
    }

    /** Ends the claim that is being written; yields its sealed length. */
    private long seal() throws IOException {
        if (failed) {
            throw new IOException(
                    "An earlier write to " + ClaimNames.of(claim) + " failed: its content is not in the repository");
        }
        if (sealed.isEmpty()) {
            return 0;
        }
        try {
            sealed.get().close();
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
        long length = sealed.get().sealedBytes();
        sealed = Optional.empty();
        return length;
    }

    private void drain() throws IOException {
        try {
            batch.drain();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private IOException failure(Exception cause) {
        failed = true;
        file.dropEpoch();
        // The next claim would lie where claims were given out that are not there: a file this long takes no more.
        filed.setLength(Long.MAX_VALUE - filed.getOffset());
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
