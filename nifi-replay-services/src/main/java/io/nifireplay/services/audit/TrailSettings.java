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
package io.nifireplay.services.audit;

import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.held.CheckpointReceiver;
import io.nifireplay.audit.held.HttpTimeStampAuthority;
import io.nifireplay.audit.held.TimeStampedFolder;
import io.nifireplay.audit.log.LogOptions;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Which trail is wanted.
 *
 * @param directory of the trail
 * @param name of the trail, the origin in its checkpoints
 * @param keys that sign it
 * @param interval between two checkpoints
 * @param unpublishedBytes of entries that may wait for a checkpoint
 * @param outside where checkpoints are held as well, empty for nowhere
 */
record TrailSettings(
        Path directory,
        String name,
        SigningKeySettings keys,
        Duration interval,
        long unpublishedBytes,
        Optional<Outside> outside) {
    /**
     * A folder outside of the trail.
     *
     * @param folder takes each checkpoint
     * @param authority gives time stamps, empty without
     * @param interval between two time stamps
     */
    record Outside(Path folder, Optional<URI> authority, Duration interval) {
        CheckpointReceiver receiver(Clock clock) {
            CheckpointFolder checkpoints = new CheckpointFolder(folder, clock);
            if (authority.isEmpty()) {
                return checkpoints;
            }
            return new TimeStampedFolder(
                    checkpoints, new HttpTimeStampAuthority(authority.get(), new SecureRandom()), interval, clock);
        }
    }

    /** How the log is kept, with nobody yet who receives checkpoints. */
    LogOptions options(SigningKeys read) {
        LogOptions options = LogOptions.defaults(directory, read.current())
                .withCheckpointInterval(interval)
                .withUnpublishedBytes(unpublishedBytes);
        return read.previous().map(options::withPreviousKey).orElse(options);
    }
}
