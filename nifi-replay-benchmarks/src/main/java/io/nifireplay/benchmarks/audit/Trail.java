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
package io.nifireplay.benchmarks.audit;

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EntryJson;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.entry.EventReference;
import io.nifireplay.audit.entry.IdList;
import io.nifireplay.audit.entry.JobReference;
import io.nifireplay.audit.entry.Lineage;
import io.nifireplay.audit.note.SigningKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;

/** Entries as replays give them, of close to 500 bytes each, and a key to sign them with. */
final class Trail {
    static final int BATCH = 1_000;

    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final String PROCESSOR = new UUID(1, 1).toString();
    private static final int WANTED_BYTES = 500;
    private static final String REASON = reason();

    private Trail() {}

    static SigningKey key() {
        return SigningKey.of("example.com/audit/bench", new byte[32]);
    }

    static List<AuditEntry> batch(long from) {
        return LongStream.range(from, from + BATCH)
                .mapToObj(number -> attempt(number, REASON))
                .toList();
    }

    static List<byte[]> encoded(List<AuditEntry> batch) {
        return batch.stream().map(EntryJson::bytes).toList();
    }

    private static AuditEntry attempt(long number, String reason) {
        return new AuditEntry.ReplayAttempted(
                START.plusMillis(number),
                new Actor.Component(PROCESSOR, "ReplayEvents", Optional.empty()),
                new EventReference("orders", new EventPlace("eu", 1_000_000 + number), 1, Optional.empty()),
                2,
                "replayed by a job",
                Optional.of(new JobReference("outage", "missed only", reason, Optional.empty())),
                new Lineage(
                        IdList.of(new UUID(number * 0x9E3779B97F4A7C15L, number).toString()),
                        IdList.of(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.empty());
    }

    private static String reason() {
        int without = EntryJson.bytes(attempt(0, "")).length;
        return "x".repeat(Math.max(0, WANTED_BYTES - without));
    }
}
