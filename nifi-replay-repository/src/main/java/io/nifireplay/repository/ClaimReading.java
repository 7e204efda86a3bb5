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

import io.nifireplay.crypto.NotSealedException;
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.TruncatedDataException;
import io.nifireplay.crypto.stream.SealedInputStream;
import io.nifireplay.crypto.stream.StreamExtent;
import io.nifireplay.crypto.stream.StreamKeys;
import io.nifireplay.crypto.stream.StreamWalk;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.nifi.controller.repository.ContentNotFoundException;
import org.apache.nifi.controller.repository.claim.ContentClaim;

/**
 * The file of one claim, open to read it, and the stream in it that holds the claim.
 *
 * <p>Mostly a stream begins at the claim's offset. But NiFi makes claims from provenance events whose offset is the sum of
 * a claim's and of a FlowFile's place within it ("view content" and replay of a slice): a place in the plain content. The
 * stream S that begins at or before that offset X and ends behind it is meant then, and in it the plain byte X − S: a
 * stream is never shorter than its content, so no other can be meant, and whatever the walk that finds S is led to
 * believe, S and each byte read from it prove where they lie.
 */
final class ClaimReading implements Closeable {
    private final ContentClaim claim;
    private final ClaimFile file;
    private final IdleFiles idle;
    private final StreamKeys keys;
    private final WritableFiles writers;
    private long start;
    private boolean written;
    private boolean damaged;

    private ClaimReading(ContentClaim claim, ClaimFile file, IdleFiles idle, StreamKeys keys, WritableFiles writers) {
        this.claim = claim;
        this.file = file;
        this.idle = idle;
        this.keys = keys;
        this.writers = writers;
        this.start = claim.getOffset();
    }

    /**
     * Opens the content of a claim.
     *
     * @param file of the claim
     * @param idle gets the file when it has been read
     * @throws ContentNotFoundException when nothing is where the claim should be
     * @throws IOException when what is there is no sealed content, or is damaged
     */
    static SealedClaimInputStream open(
            ContentClaim claim, ClaimFile file, IdleFiles idle, StreamKeys keys, WritableFiles writers)
            throws IOException {
        ClaimReading reading = new ClaimReading(claim, file, idle, keys, writers);
        boolean opened = false;
        try {
            SealedClaimInputStream stream = new SealedClaimInputStream(claim, reading, reading.find());
            opened = true;
            return stream;
        } catch (SealedDataException e) {
            throw reading.failure(e);
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    /**
     * The length of a claim's content, from its offset to the end of its stream, vouched for by its last segment. Of a
     * claim that is being written: what was written so far.
     *
     * @param file of the claim
     * @param idle gets the file when it has been read
     * @throws ContentNotFoundException when nothing is where the claim should be
     * @throws IOException when what is there is no sealed content, or is damaged
     */
    static long length(ContentClaim claim, ClaimFile file, IdleFiles idle, StreamKeys keys, WritableFiles writers)
            throws IOException {
        try (ClaimReading reading = new ClaimReading(claim, file, idle, keys, writers)) {
            try {
                Optional<SealedInputStream> sealed = reading.find();
                return sealed.isEmpty() ? 0 : sealed.get().plainLength() - reading.offsetInStream();
            } catch (SealedDataException e) {
                throw reading.failure(e);
            }
        }
    }

    /** What damage to a claim is to NiFi: missing content when its end is missing, else a failure to read. */
    IOException failure(SealedDataException cause) {
        damaged = true;
        if (cause instanceof TruncatedDataException) {
            throw new ContentNotFoundException(
                    claim, "The end of " + ClaimNames.of(claim) + " is missing: " + cause.getMessage());
        }
        return new IOException("Cannot open " + ClaimNames.of(claim) + ": " + cause.getMessage(), cause);
    }

    private Optional<SealedInputStream> find() throws IOException {
        lookForWriter();
        publish();
        if (claim.getLength() == 0) {
            return openBegun();
        }
        try {
            return Optional.of(openAt(start));
        } catch (SealedDataException e) {
            if (start >= file.size()) {
                return nothingYet();
            }
            return Optional.of(openAround(e));
        }
    }

    /** The stream at the claim's offset, if one has begun there. */
    Optional<SealedInputStream> openBegun() throws IOException {
        if (start >= file.size()) {
            return Optional.empty();
        }
        try {
            return Optional.of(openAt(start));
        } catch (TruncatedDataException e) {
            if (written) {
                return Optional.empty();
            }
            throw e;
        } catch (NotSealedException e) {
            // A claim without content begins where the next one does.
            return Optional.empty();
        }
    }

    private Optional<SealedInputStream> nothingYet() {
        if (lookForWriter() || claim.getLength() < 0 && claim.getOffset() == size()) {
            return Optional.empty();
        }
        throw new ContentNotFoundException(
                claim, "The file of " + ClaimNames.of(claim) + " has only " + size() + " bytes");
    }

    private SealedInputStream openAround(SealedDataException atOffset) throws IOException {
        Optional<StreamExtent> found;
        try {
            found = StreamWalk.holding(file, 0, claim.getOffset());
        } catch (SealedDataException e) {
            atOffset.addSuppressed(e);
            throw atOffset;
        }
        if (found.isEmpty() || found.get().start() == claim.getOffset()) {
            throw atOffset;
        }
        start = found.get().start();
        if (lookForWriter()) {
            publish();
        }
        SealedInputStream stream = openAt(start);
        if (stream.plainLength() < offsetInStream()) {
            throw new ContentNotFoundException(
                    claim, ClaimNames.of(claim) + " lies behind the content of the claim at offset " + start);
        }
        stream.skip(offsetInStream());
        return stream;
    }

    private SealedInputStream openAt(long offset) throws IOException {
        return SealedInputStream.open(
                file, keys, new FilePlace(claim.getResourceClaim()).at(offset), offset, () -> written);
    }

    private long offsetInStream() {
        return claim.getOffset() - start;
    }

    /** Whether the stream is still being written; that stays the answer to the stream's reader until the next call. */
    boolean lookForWriter() {
        written = writers.writerOf(claim.getResourceClaim())
                .filter(writer -> writer.writes(start))
                .isPresent();
        return written;
    }

    /** Has the file's writer bring into the file what it holds back; yields how much of this stream is there. */
    long publish() throws IOException {
        Optional<SealedClaimOutputStream> writer = writers.writerOf(claim.getResourceClaim());
        return writer.isPresent() ? writer.get().publish(start) : 0;
    }

    private long size() {
        try {
            return file.size();
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        if (damaged) {
            // Whoever puts the right file in its place is not to be shown the old one.
            file.close();
        } else {
            idle.give(claim.getResourceClaim(), file);
        }
    }
}
