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
package io.nifireplay.audit.verify;

import io.nifireplay.audit.note.VerifierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is to be verified.
 *
 * @param directory of the log: with its file {@code checkpoint} in it
 * @param keys the verifier keys that are trusted, at least one, all with the log's name: the last checkpoint must be signed by
 *     the first one, or by one to which the log leads from it; each other one must be a key that the log has had, and is asked
 *     for with held checkpoints whose key the log does not name
 * @param held checkpoints from elsewhere
 * @param event id of an event to look for ({@code position/partition}), or any text that an entry has as a value
 * @param threads how many work at once
 */
public record VerificationRequest(
        Path directory, List<VerifierKey> keys, List<HeldCheckpoint> held, Optional<String> event, int threads) {
    public VerificationRequest {
        keys = List.copyOf(keys);
        held = List.copyOf(held);
        if (keys.stream().map(VerifierKey::name).distinct().count() != 1) {
            throw new IllegalArgumentException("A log has one name, and all its keys have it; not " + keys);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("Somebody must do the work");
        }
    }

    /** With as many threads as there are processors, and nothing held elsewhere. */
    public static VerificationRequest of(Path directory, VerifierKey key) {
        return new VerificationRequest(
                directory,
                List.of(key),
                List.of(),
                Optional.empty(),
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * The log of a trail: its part {@code log} where the directory is that of the whole trail, else the directory itself.
     *
     * @throws IOException when there is no such directory
     */
    public static Path logOf(Path trail) throws IOException {
        Path log = !Files.exists(trail.resolve("checkpoint")) && Files.isDirectory(trail.resolve("log"))
                ? trail.resolve("log")
                : trail;
        if (!Files.isDirectory(log)) {
            throw new IOException("There is no directory " + log);
        }
        return log;
    }

    /** The key that is trusted before all others. */
    public VerifierKey key() {
        return keys.getFirst();
    }

    /** With keys that the log had before or after the first one. */
    public VerificationRequest withFurtherKeys(List<VerifierKey> further) {
        return new VerificationRequest(
                directory, Stream.concat(keys.stream(), further.stream()).toList(), held, event, threads);
    }

    public VerificationRequest withHeld(List<HeldCheckpoint> checkpoints) {
        return new VerificationRequest(directory, keys, checkpoints, event, threads);
    }

    public VerificationRequest withEvent(String id) {
        return new VerificationRequest(directory, keys, held, Optional.of(id), threads);
    }

    public VerificationRequest withThreads(int count) {
        return new VerificationRequest(directory, keys, held, event, count);
    }
}
