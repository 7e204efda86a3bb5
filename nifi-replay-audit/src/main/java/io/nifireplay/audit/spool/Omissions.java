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

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Counts what was not recorded, until its record is written. Safe for use by several threads. */
final class Omissions {
    private String id = EqualRefusals.newId();
    private Instant first = Instant.EPOCH;
    private Instant last = Instant.EPOCH;
    private long count;

    synchronized void add(Instant from, Instant to, long more) {
        if (count == 0) {
            first = from.truncatedTo(ChronoUnit.MILLIS);
        }
        last = to.truncatedTo(ChronoUnit.MILLIS);
        count += more;
    }

    void add(SpoolRecord record) {
        switch (record) {
            case SpoolRecord.Refused it -> add(it.refusal().at(), it.last(), it.times());
            case SpoolRecord.Omitted it -> add(it.first(), it.last(), it.count());
        }
    }

    /** All so far, under one id until they are {@link #written}. */
    synchronized Optional<SpoolRecord.Omitted> record() {
        return count == 0 ? Optional.empty() : Optional.of(new SpoolRecord.Omitted(id, first, last, count));
    }

    /** Forgets what a record holds; what came after it is another one. */
    synchronized void written(SpoolRecord.Omitted record) {
        count -= record.count();
        first = record.last();
        id = EqualRefusals.newId();
    }
}
