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
package io.nifireplay.audit.spool;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * How refusals are spooled.
 *
 * @param directory of this spool alone; made when it is not there
 * @param maxBytes how many bytes of records wait there at most, at least {@value #MIN_BYTES}; what comes then is counted
 * @param queue how many refusals wait in memory at most; what comes then is counted
 * @param window for so long equal refusals are counted together, and a file is kept open
 * @param clock gives the time
 */
public record SpoolOptions(Path directory, long maxBytes, int queue, Duration window, Clock clock) {
    /** Some 100,000 records. */
    public static final long DEFAULT_MAX_BYTES = 64L * 1024 * 1024;
    /** Room for a whole file and one that is begun. */
    public static final long MIN_BYTES = 4L * SpoolWriter.FILE_BYTES;
    /** Some megabytes of memory. */
    public static final int DEFAULT_QUEUE = 10_000;
    /** A person who clicks twice is one record, a day of refusals some ten thousand. */
    public static final Duration DEFAULT_WINDOW = Duration.ofSeconds(1);

    public SpoolOptions {
        if (maxBytes < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "A spool of " + maxBytes + " bytes is too small: give it " + MIN_BYTES + " or more");
        }
    }

    public static SpoolOptions of(Path directory) {
        return new SpoolOptions(directory, DEFAULT_MAX_BYTES, DEFAULT_QUEUE, DEFAULT_WINDOW, Clock.systemUTC());
    }

    public SpoolOptions withMaxBytes(long bytes) {
        return new SpoolOptions(directory, bytes, queue, window, clock);
    }
}
