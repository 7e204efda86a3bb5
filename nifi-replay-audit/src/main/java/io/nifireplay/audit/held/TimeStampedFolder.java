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
package io.nifireplay.audit.held;

import io.nifireplay.audit.note.SignedCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A folder of checkpoints of which some carry a time stamp (RFC 3161) in a file beside them, {@code <size>.checkpoint.tst}: a
 * token in DER over the SHA-256 of the checkpoint's file. It shows that all entries up to there were there at that time, even
 * to those who do not trust who holds the folder.
 */
public final class TimeStampedFolder implements CheckpointReceiver {
    /** What the name of a time stamp's file has behind the checkpoint's. */
    public static final String SUFFIX = ".tst";
    /** A time stamp an hour: authorities that are free of charge ask for restraint. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofHours(1);
    /**
     * How long an authority that failed is not asked again: it may take its whole {@link HttpTimeStampAuthority#TIMEOUT} to
     * fail, and no checkpoint is made meanwhile.
     */
    public static final Duration RETRY = Duration.ofMinutes(1);

    private final CheckpointFolder folder;
    private final TimeStampAuthority authority;
    private final Duration interval;
    private final Clock clock;
    private Instant next = Instant.MIN;
    private Optional<Failed> failed = Optional.empty();

    private record Failed(IOException why, Instant retry) {}

    /** @param interval between two time stamps at least; zero for one with each checkpoint */
    public TimeStampedFolder(CheckpointFolder folder, TimeStampAuthority authority, Duration interval, Clock clock) {
        this.folder = folder;
        this.authority = authority;
        this.interval = interval;
        this.clock = clock;
    }

    @Override
    public String description() {
        return folder.description() + " with time stamps by " + authority.description();
    }

    @Override
    public void receive(SignedCheckpoint checkpoint) throws IOException {
        folder.receive(checkpoint);
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        Optional<IOException> still =
                failed.filter(last -> now.isBefore(last.retry())).map(Failed::why);
        if (still.isPresent()) {
            throw still.get();
        }
        try {
            stamp(checkpoint);
            failed = Optional.empty();
            next = now.plus(interval);
        } catch (IOException e) {
            failed = Optional.of(new Failed(e, clock.instant().plus(RETRY)));
            throw e;
        }
    }

    private void stamp(SignedCheckpoint checkpoint) throws IOException {
        Optional<Path> file = folder.find(checkpoint);
        if (file.isPresent()) {
            Path stamp = file.get().resolveSibling(file.get().getFileName() + SUFFIX);
            if (!Files.exists(stamp)) {
                byte[] token = authority.stamp(sha256(checkpoint.bytes()));
                Path begun = stamp.resolveSibling(".new");
                HeldFiles.write(begun, token);
                HeldFiles.move(begun, stamp);
            }
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public List<SignedCheckpoint> newest() throws IOException {
        return folder.newest();
    }
}
