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

import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.personal.PersonalIds;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** What the tests of the spool have in common. */
final class Refusals {
    static final String COMPONENT = "0190a1b2-0000-1000-0000-000000000001";
    static final String FLOW_FILE = "0190a1b2-0000-1000-0000-00000000000f";

    private Refusals() {}

    static Refusal of(String identity) {
        return new Refusal(
                Instant.now(),
                Optional.of(identity),
                Refusal.Right.WRITE,
                "/data/processors/" + COMPONENT,
                Optional.of(FLOW_FILE),
                AuditEntry.Link.KNOWN);
    }

    static SpoolOptions options(Path directory) {
        return new SpoolOptions(
                directory, SpoolOptions.DEFAULT_MAX_BYTES, 1_000, Duration.ofMillis(200), Clock.systemUTC());
    }

    /** Writes refusals into a spool, as a whole life of an authorizer does. */
    static void spool(Path directory, Refusal... refusals) {
        Heard heard = new Heard();
        try (RefusalSpool spool = RefusalSpool.start(options(directory), heard)) {
            Stream.of(refusals).forEach(spool::record);
        }
        if (!heard.failures.isEmpty()) {
            throw new AssertionError(heard.failures);
        }
    }

    static DrainReport drain(Path spool, AuditTrail trail) {
        return new RefusalDrain(spool, Clock.systemUTC()).drain(trail, PersonalIds.plain());
    }

    static final class Heard implements SpoolListener {
        final List<String> failures = new CopyOnWriteArrayList<>();
        final List<String> recoveries = new CopyOnWriteArrayList<>();

        @Override
        public void failed(String message) {
            failures.add(message);
        }

        @Override
        public void recovered(String message) {
            recoveries.add(message);
        }
    }
}
