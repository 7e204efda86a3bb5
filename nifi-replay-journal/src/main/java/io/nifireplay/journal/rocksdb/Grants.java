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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.replay.Grant;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Grants of jobs to FlowFiles that NiFi replays: the rows, and which of them an arrival may use. */
final class Grants {
    private static final int KEY_BYTES = Digest.BYTES + Long.BYTES;
    private static final int HASH_BYTES = 32;
    private static final byte[] FIRST = {};
    private static final byte[] BEHIND_LAST = behindLast();

    private Grants() {}

    /**
     * A grant as it is kept.
     *
     * @param job the job's number
     */
    record Row(long job, String partition, byte[] contentHash, Instant expires) {
        private byte[] toBytes() {
            return new ByteWriter(128)
                    .raw(contentHash)
                    .i64(expires.toEpochMilli())
                    .text(partition)
                    .toBytes();
        }

        private static Row of(byte[] key, byte[] bytes) {
            ByteReader in = new ByteReader(bytes);
            byte[] hash = in.raw(HASH_BYTES);
            Instant expires = Instant.ofEpochMilli(in.i64());
            return new Row(Place.integer(key, Digest.BYTES, Long.BYTES), in.text(), hash, expires);
        }
    }

    /** @throws IllegalArgumentException when one of them is of no job that may give it; none is written then */
    static void give(Transaction transaction, Jobs jobs, Digest.Maker digests, List<Grant> grants) {
        Instant now = Instant.ofEpochMilli(transaction.nowMillis());
        for (Grant grant : grants) {
            requireGivable(jobs, grant, now);
        }
        for (Grant grant : grants) {
            Row row = new Row(
                    jobs.find(grant.job()).orElseThrow().number(),
                    grant.partition(),
                    HexFormat.of().parseHex(grant.contentHash()),
                    grant.expires());
            transaction.putGrant(digests.digest(grant.key()), row);
        }
    }

    private static void requireGivable(Jobs jobs, Grant grant, Instant now) {
        Job job = jobs.find(grant.job())
                .orElseThrow(() -> new IllegalArgumentException("There is no replay job " + grant.job()));
        if (job.isForced()) {
            throw new IllegalArgumentException("Replay job " + job.id()
                    + " gives no grants: a forced replay comes from the journal, and not through NiFi's provenance");
        }
        if (job.state().isBeforeStart() || job.state().isOver() || job.isDrill()) {
            throw new IllegalArgumentException("Replay job " + job.id() + " gives no grants: it is "
                    + (job.isDrill() ? "a drill" : job.state().words()));
        }
        if (!grant.expires().isAfter(now) || grant.expires().isAfter(now.plus(Grant.MAX_LIFE))) {
            throw new IllegalArgumentException("A grant expires after now and within " + Grant.MAX_LIFE.toHours()
                    + " hours, not at " + grant.expires());
        }
    }

    /**
     * The job whose grant an arrival may use, of several the oldest.
     *
     * @param event where the event lies
     */
    static Optional<Job> fitting(Transaction transaction, Jobs jobs, Entry entry, Place place) {
        EventRef event = transaction.ref(place);
        Instant now = Instant.ofEpochMilli(transaction.nowMillis());
        return transaction.grants(entry.digest()).stream()
                .filter(grant -> grant.expires().isAfter(now))
                .filter(grant -> grant.partition().equals(event.partition()))
                .filter(grant -> Arrays.equals(grant.contentHash(), entry.contentHash()))
                .flatMap(grant -> jobs.find(grant.job()).stream())
                .filter(job -> job.state() == JobState.RUNNING || job.state() == JobState.PAUSED)
                .filter(job -> jobs.item(transaction, job, place) == ItemState.PENDING)
                .findFirst();
    }

    static byte[] key(Digest digest, long job) {
        byte[] key = Arrays.copyOf(digest.key(), KEY_BYTES);
        Place.putLong(key, Digest.BYTES, job);
        return key;
    }

    static byte[] toBytes(Row row) {
        return row.toBytes();
    }

    /** The grants for a key, of the oldest job first. */
    static List<Row> stored(Store store, Digest digest) {
        List<Row> rows = new ArrayList<>();
        try (Store.Cursor found = store.cursor(Table.GRANTS, key(digest, 0), key(digest, Long.MAX_VALUE))) {
            while (found.next()) {
                rows.add(Row.of(found.key(), found.value()));
            }
        }
        return rows;
    }

    /** Removes what nobody can use any more. */
    static void expire(Engine engine) {
        long nowMillis = engine.time().clock().millis();
        List<byte[]> useless = engine.read(view -> useless(view, Instant.ofEpochMilli(nowMillis)));
        if (!useless.isEmpty()) {
            engine.commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
                // One that was given anew meanwhile goes, too: then its job asks again.
                useless.forEach(key -> transaction.delete(Table.GRANTS, key));
                return true;
            });
        }
    }

    private static List<byte[]> useless(Engine.View view, Instant now) {
        Set<Long> open = new HashSet<>();
        for (JobStatus job : view.jobs().statuses()) {
            if (!job.state().isOver()) {
                open.add(job.number());
            }
        }
        List<byte[]> useless = new ArrayList<>();
        try (Store.Cursor rows = view.store().cursor(Table.GRANTS, FIRST, BEHIND_LAST)) {
            while (rows.next()) {
                Row row = Row.of(rows.key(), rows.value());
                if (!row.expires().isAfter(now) || !open.contains(row.job())) {
                    useless.add(rows.key());
                }
            }
        }
        return useless;
    }

    private static byte[] behindLast() {
        byte[] key = new byte[KEY_BYTES + 1];
        Arrays.fill(key, (byte) 0xFF);
        return key;
    }
}
