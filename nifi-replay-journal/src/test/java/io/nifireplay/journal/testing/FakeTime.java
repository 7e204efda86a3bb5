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
package io.nifireplay.journal.testing;

import io.nifireplay.journal.JournalTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when a test says so; the clock on the wall and the ticker pass together. */
public final class FakeTime {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong passedNanos = new AtomicLong();
    private final Random random;

    public FakeTime(long seed) {
        random = new Random(seed);
    }

    public void pass(Duration duration) {
        passedNanos.addAndGet(duration.toNanos());
    }

    public Instant now() {
        return START.plusNanos(passedNanos.get());
    }

    public JournalTime journalTime() {
        return new JournalTime(this::now, () -> 7_000_000_000L + passedNanos.get(), random);
    }
}
