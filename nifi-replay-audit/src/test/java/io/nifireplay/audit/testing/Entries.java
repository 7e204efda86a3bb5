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
package io.nifireplay.audit.testing;

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.entry.EventReference;
import io.nifireplay.audit.entry.IdList;
import io.nifireplay.audit.entry.JobReference;
import io.nifireplay.audit.entry.Lineage;
import io.nifireplay.audit.entry.PersonalId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;

/** Entries of tests: the same number gives the same entry. */
public final class Entries {
    public static final Instant TIME = Instant.parse("2026-11-25T12:00:00Z");
    public static final String JOURNAL = "5f0f7b6e-0000-4000-8000-000000000001";

    private Entries() {}

    /** A short one. */
    public static AuditEntry brief(long number) {
        return new AuditEntry.PolicyChanged(
                TIME.plusMillis(number), new Actor.Unknown(), Optional.empty(), "policy " + number);
    }

    public static List<AuditEntry> brief(long from, long to) {
        return LongStream.range(from, to).mapToObj(Entries::brief).toList();
    }

    /** One with all that an attempt has. */
    public static AuditEntry attempt(long number) {
        return new AuditEntry.ReplayAttempted(
                TIME.plusMillis(number),
                new Actor.Component("c0ffee00-0000-4000-8000-000000000002", "ReplayEvents", Optional.of("g")),
                event(number),
                2,
                "replayed by a job",
                Optional.of(new JobReference(
                        "outage-of-monday",
                        "missed only",
                        "the warehouse was out",
                        Optional.of(new Actor.User(new PersonalId.Plain("CN=operator"))))),
                new Lineage(
                        IdList.of(new UUID(7, number).toString()),
                        IdList.of(Long.toString(number)),
                        Optional.of("c0ffee00-0000-4000-8000-000000000002"),
                        Optional.of("g")),
                Optional.of("default 3"));
    }

    public static EventReference event(long number) {
        return new EventReference(
                JOURNAL, new EventPlace("orders", number + 1), 1, Optional.of(new PersonalId.Pseudonym("00ff")));
    }
}
