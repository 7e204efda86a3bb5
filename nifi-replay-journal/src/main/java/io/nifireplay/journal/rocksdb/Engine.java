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

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.JournalTime;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.TokenMint;
import io.nifireplay.journal.outbox.Happening;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open storage with what is held in memory of it, and the one order in which it changes.
 *
 * <p>Callers hand in work; whoever comes first commits the work of all who wait (group commit), so one sync serves many
 * tasks and all decisions have one order. When the storage fails, everything in memory is dropped, and the next caller
 * opens it again: what is true is what is on disk.
 */
final class Engine implements AutoCloseable {
    /** So many bytes of work weigh as much as one event. */
    static final int WEIGHT_BYTES = 1024;

    /** How much work one write takes at most, in events. */
    private static final int MAX_GROUP_WEIGHT = 20_000;

    private static final String LEASE_CLOCK = "lease-clock";
    private static final byte[] TOKEN_SECRET = text("token-secret");
    private static final byte[] INDEX_SECRET = text("index-secret");
    /** The id of the key that sealed last. */
    private static final byte[] SEALING_KEY = text("sealing-key");
    /** Since when the journal is written without an outbox; absent while it has one. */
    private static final byte[] WITHOUT_OUTBOX = text("without-outbox");

    private static final int SECRET_BYTES = 32;
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final RocksDBOptions options;
    private final Optional<Supplier<Keyring>> keyring;
    private final SecureRandom random = new SecureRandom();
    private final JournalDirectory directory;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final ReentrantLock commitLock = new ReentrantLock();
    private final Queue<Request<?>> waiting = new ConcurrentLinkedQueue<>();
    /** How many of those have nobody who waits for them. */
    private final AtomicInteger unattended = new AtomicInteger();

    private volatile State state;
    private volatile boolean closed;
    private volatile boolean broken;
    private volatile long commits;
    private final AtomicLong durableNotice = new AtomicLong();
    private final LogSync logSync;

    /** What an open storage has in memory. */
    private static final class State {
        private final Store store;
        private final Optional<SealedRows> sealed;
        private final Partitions partitions;
        private final LeaseClock leaseClock;
        private final Jobs jobs;
        private final RecentKeys recentKeys = new RecentKeys();
        private final Backlog backlog;
        private long lastNotice;

        private State(
                Store store, Optional<SealedRows> sealed, Partitions partitions, LeaseClock leaseClock, Jobs jobs) {
            this.store = store;
            this.sealed = sealed;
            this.partitions = partitions;
            this.leaseClock = leaseClock;
            this.jobs = jobs;
            backlog = Backlog.load(store);
            lastNotice = StoredOutbox.last(store);
        }
    }

    /** Work for the thread that commits; it may be done again when a neighbour's work was damaged. */
    interface Work<R> {
        R apply(Transaction transaction, Jobs jobs);
    }

    private static final class Request<R> {
        private final Origin origin;
        private final Work<R> work;
        private final int weight;
        private R result;
        private RuntimeException failure;
        private LogSync.Write write = LogSync.NOTHING;
        private final Consumer<Boolean> ended;
        private long lastNotice;
        private boolean done;

        /** @param ended is told whether it was written */
        private Request(Origin origin, Work<R> work, int weight, Consumer<Boolean> ended) {
            this.origin = origin;
            this.work = work;
            this.weight = weight;
            this.ended = ended;
        }

        private void end() {
            done = true;
            ended.accept(failure == null);
        }
    }

    private UUID id;
    private TokenMint tokens;
    private Digest.Maker digests;

    private Engine(RocksDBOptions options, Optional<Supplier<Keyring>> keyring, JournalDirectory directory) {
        this.options = options;
        this.keyring = keyring;
        this.directory = directory;
        logSync = new LogSync(this::syncLog, directory::acknowledge);
    }

    /** @param keyring gives the keys as they are now; empty for a journal that lies readable */
    static Engine open(RocksDBOptions options, Optional<Supplier<Keyring>> keyring) {
        JournalDirectory directory = JournalDirectory.open(options.directory(), keyring.isPresent());
        Engine engine = new Engine(options, keyring, directory);
        try {
            engine.load();
            engine.durableNotice.set(engine.state.lastNotice);
            engine.noteInterruption();
            engine.noteKey();
            JobOpening.removeOrphans(engine);
            engine.commits = 0;
            Payloads.removeOrphans(engine.state.store);
            return engine;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private void load() {
        Store store =
                Store.open(directory.database(), options.blockCacheBytes(), directory.isNew(), directory.lacksTables());
        try {
            Optional<SealedRows> sealed = keyring.map(keys -> SealedRows.begin(store, directory, keys, random));
            sealed.ifPresent(store::sealWith);
            if (directory.isNew()) {
                create(store);
            }
            verify(store);
            directory.complete();
            LeaseClock clock = new LeaseClock(metaLong(store, LEASE_CLOCK), time().ticker());
            Partitions partitions = Partitions.load(store);
            state = new State(
                    store,
                    sealed,
                    partitions,
                    clock,
                    Jobs.load(
                            store,
                            partitions,
                            clock.openMillis(),
                            time().ticker().getAsLong()));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private void create(Store store) {
        try (Transaction transaction = Transaction.ofOwnRows(store)) {
            byte[] tokenSecret = new byte[SECRET_BYTES];
            byte[] indexSecret = new byte[SECRET_BYTES];
            random.nextBytes(tokenSecret);
            random.nextBytes(indexSecret);
            transaction.put(Table.META, text("id"), text(directory.id().toString()));
            putSecret(transaction, TOKEN_SECRET, tokenSecret);
            putSecret(transaction, INDEX_SECRET, indexSecret);
            transaction.commit();
        }
        directory.complete();
    }

    private void verify(Store store) {
        byte[] storedId = store.get(Table.META, text("id"));
        Optional<byte[]> tokenSecret = secret(store, TOKEN_SECRET);
        Optional<byte[]> indexSecret = secret(store, INDEX_SECRET);
        if (storedId == null || tokenSecret.isEmpty() || indexSecret.isEmpty()) {
            throw new JournalException("The event journal " + directory.path()
                    + " has lost its own settings: restore the directory from a backup");
        }
        if (!new String(storedId, StandardCharsets.UTF_8).equals(directory.id().toString())) {
            throw new JournalException("In " + directory.path() + " the file journal.format is of journal "
                    + directory.id() + ", the database of " + new String(storedId, StandardCharsets.UTF_8)
                    + ": files of two journals were mixed. Restore one of them whole");
        }
        long stored = store.latestSequenceNumber();
        if (stored < directory.acknowledged()) {
            throw new JournalException(
                    "The event journal " + directory.path() + " has lost changes that it had acknowledged: "
                            + "the last is number " + stored + ", but " + directory.acknowledged()
                            + " were. A file was cut or replaced: restore the directory from a backup, whole");
        }
        id = directory.id();
        tokens = new TokenMint(id, tokenSecret.get());
        digests = new Digest.Maker(indexSecret.get());
    }

    private static void putSecret(Transaction transaction, byte[] name, byte[] secret) {
        transaction.put(Table.META, name, transaction.store().seal().seal(Table.META, name, secret));
    }

    private static Optional<byte[]> secret(Store store, byte[] name) {
        return Optional.ofNullable(store.get(Table.META, name))
                .map(stored -> store.seal().open(Table.META, name, stored));
    }

    /** @throws JournalException when this keyring would not open the sealed storage */
    void requireOpensWith(Supplier<Keyring> other) {
        read(view -> {
            state.sealed.orElseThrow().requireOpensWith(other.get());
            return true;
        });
    }

    /**
     * Begins to seal with another data key when that is due: the keyring's active key is another one, or this data key has
     * sealed enough.
     *
     * @throws JournalException when the keyring lacks a key that is still needed: nothing changes
     */
    synchronized void renewSeal() {
        State now = read(view -> state);
        if (now.sealed.filter(SealedRows::isRenewalDue).isEmpty()) {
            return;
        }
        SealedRows.Renewal renewal = now.sealed.get().renewal();
        boolean written = commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
            // An opening in between has begun an epoch of its own, which may have this one's number.
            boolean same = state == now;
            if (same) {
                renewal.write(transaction);
                noteKey(transaction, renewal.keyId());
            }
            return same;
        });
        if (written) {
            renewal.begin();
        }
    }

    private static long metaLong(Store store, String name) {
        byte[] bytes = store.get(Table.META, text(name));
        return bytes == null ? 0 : new ByteReader(bytes).i64();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    UUID id() {
        return id;
    }

    TokenMint tokens() {
        return tokens;
    }

    Digest.Maker digests() {
        return digests;
    }

    RocksDBOptions options() {
        return options;
    }

    JournalTime time() {
        return options.time();
    }

    long commits() {
        return commits;
    }

    /** The number of the last notice that is on stable storage. */
    long lastDurableNotice() {
        return durableNotice.get();
    }

    /** The key with which an opening seals may be another one than before. */
    private void noteKey() {
        read(view -> state.sealed).map(SealedRows::keyId).ifPresent(key -> {
            byte[] noted = read(view -> view.store().get(Table.META, SEALING_KEY));
            if (!Arrays.equals(noted, text(key))) {
                commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
                    noteKey(transaction, key);
                    return true;
                });
            }
        });
    }

    private static void noteKey(Transaction transaction, String key) {
        byte[] noted = transaction.store().get(Table.META, SEALING_KEY);
        if (noted != null && !Arrays.equals(noted, text(key))) {
            transaction.notes().note(new Happening.SealingKeyRotated(key));
        }
        transaction.put(Table.META, SEALING_KEY, text(key));
    }

    /** Notes that changes were made without an outbox, if they may have been; or that from now on they are. */
    private void noteInterruption() {
        Optional<byte[]> without = Optional.ofNullable(read(view -> view.store().get(Table.META, WITHOUT_OUTBOX)));
        if (options.outbox() && without.isPresent()) {
            commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
                Instant since = Instant.ofEpochMilli(new ByteReader(without.get()).i64());
                transaction.notes().note(new Happening.Interrupted(since));
                transaction.delete(Table.META, WITHOUT_OUTBOX);
                return true;
            });
        } else if (!options.outbox() && without.isEmpty()) {
            commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
                transaction.put(
                        Table.META,
                        WITHOUT_OUTBOX,
                        new ByteWriter(Long.BYTES).i64(transaction.nowMillis()).toBytes());
                return true;
            });
        }
    }

    /**
     * What a reader sees.
     *
     * @param store the rows
     * @param partitions all partitions
     * @param jobs all jobs; only their published status may be read
     * @param recentKeys what to remember of a look at the keys
     * @param backlog how many events are not settled
     * @param leaseClock milliseconds
     */
    record View(
            Store store, Partitions partitions, Jobs jobs, RecentKeys recentKeys, Backlog backlog, long leaseClock) {}

    /** Reads while the storage is kept open. */
    <R> R read(Function<View, R> reader) {
        reopenIfBroken();
        gate.readLock().lock();
        try {
            State now = usable();
            return reader.apply(new View(
                    now.store, now.partitions, now.jobs, now.recentKeys, now.backlog, now.leaseClock.millis()));
        } finally {
            gate.readLock().unlock();
        }
    }

    /**
     * Does work in a durable write of its own or of a group.
     *
     * @param origin on whose behalf
     * @param weight how much work it is, about in events
     */
    <R> R commit(Origin origin, int weight, Work<R> work) {
        Request<R> request = write(origin, weight, work);
        awaitDurable(request.write);
        durableNotice.accumulateAndGet(request.lastNotice, Math::max);
        return request.result;
    }

    /**
     * Does work soon, in a write of whoever writes next, or of this thread when nobody does: it is not waited for. A power
     * cut may undo it.
     *
     * @param written is run by the thread that has written it; not at all when it could not be written
     */
    void commitSoon(Origin origin, int weight, Work<?> work, Runnable written) {
        waiting.add(new Request<>(origin, work, weight, whole -> {
            unattended.decrementAndGet();
            if (whole) {
                written.run();
            }
        }));
        unattended.incrementAndGet();
        commitUnattended();
    }

    private <R> Request<R> write(Origin origin, int weight, Work<R> work) {
        Request<R> request = new Request<>(origin, work, weight, whole -> {});
        waiting.add(request);
        commitLock.lock();
        try {
            while (!request.done) {
                commitGroup();
            }
        } finally {
            commitLock.unlock();
        }
        commitUnattended();
        if (request.failure != null) {
            throw request.failure;
        }
        return request;
    }

    /** Whoever finds the lock taken leaves them to the one who has it, who looks here once he has given it back. */
    private void commitUnattended() {
        while (unattended.get() > 0 && commitLock.tryLock()) {
            try {
                commitGroup();
            } finally {
                commitLock.unlock();
            }
        }
    }

    /** Outside of the lock: the next group is written meanwhile. */
    private void awaitDurable(LogSync.Write write) {
        if (write.isDurable()) {
            return;
        }
        gate.readLock().lock();
        try {
            logSync.await(write);
        } finally {
            gate.readLock().unlock();
        }
    }

    private void syncLog() {
        State now = usable();
        boolean whole = false;
        try {
            now.store.syncLog();
            whole = true;
        } finally {
            if (!whole) {
                broken = true;
            }
        }
    }

    private void commitGroup() {
        List<Request<?>> group = new ArrayList<>();
        int weight = 0;
        while (weight < MAX_GROUP_WEIGHT && !waiting.isEmpty()) {
            Request<?> next = waiting.poll();
            group.add(next);
            weight += next.weight;
        }
        try {
            commitTogether(group);
        } catch (RuntimeException e) {
            if (group.size() == 1) {
                fail(group.getFirst(), e);
            } else {
                // One of them is at fault: alone each shows its own.
                group.forEach(this::commitAlone);
            }
        } catch (Error e) {
            JournalException failure = new JournalException("The event journal could not do its work: " + e, e);
            group.forEach(request -> fail(request, failure));
            throw e;
        }
    }

    private void commitAlone(Request<?> request) {
        try {
            commitTogether(List.of(request));
        } catch (RuntimeException e) {
            fail(request, e);
        }
    }

    private static void fail(Request<?> request, RuntimeException e) {
        request.failure = e;
        request.end();
    }

    private void commitTogether(List<Request<?>> group) {
        reopenIfBroken();
        gate.readLock().lock();
        boolean whole = false;
        try {
            State now = usable();
            long leaseClock = now.leaseClock.millis();
            long runClock = now.leaseClock.openMillis();
            long nowMillis = time().clock().millis();
            Notes notes = new Notes(
                    options.outbox(), now.lastNotice, nowMillis, now.jobs.pins().digest());
            try (Transaction transaction = new Transaction(
                    now.store, now.partitions, now.recentKeys, now.backlog, notes, nowMillis, leaseClock, runClock)) {
                for (Request<?> request : group) {
                    notes.begin(request.origin);
                    apply(request, transaction, now.jobs);
                }
                notes.begin(Origin.JOURNAL);
                now.jobs.follow(transaction);
                if (now.leaseClock.isDue(leaseClock)) {
                    transaction.put(
                            Table.META,
                            text(LEASE_CLOCK),
                            new ByteWriter(8).i64(leaseClock).toBytes());
                    now.leaseClock.stored(leaseClock);
                }
                // Payload chunks are written beside this without a sync: only what lies before is known to be durable.
                long before = now.store.latestSequenceNumber();
                int changes = transaction.write();
                if (changes > 0) {
                    logSync.wrote(before + changes);
                    now.recentKeys.wrote(transaction.changedKeys());
                    now.backlog.become(transaction.backlogAfter());
                    commits++;
                }
            }
            now.lastNotice = notes.last();
            now.jobs.publish();
            LogSync.Write last = logSync.last();
            for (Request<?> request : group) {
                request.write = last;
                request.lastNotice = notes.last();
                request.end();
            }
            whole = true;
        } finally {
            if (!whole) {
                broken = true;
            }
            gate.readLock().unlock();
        }
    }

    private static <R> void apply(Request<R> request, Transaction transaction, Jobs jobs) {
        request.failure = null;
        try {
            request.result = request.work.apply(transaction, jobs);
        } catch (IllegalArgumentException e) {
            // Refused before it changed anything: its own failure, not the group's.
            request.failure = e;
        }
    }

    /** Lets the lease clock stand, in memory only. */
    void holdLeases(String holder, Duration time) {
        reopenIfBroken();
        gate.readLock().lock();
        try {
            usable().leaseClock.hold(holder, time);
        } finally {
            gate.readLock().unlock();
        }
    }

    private State usable() {
        if (closed) {
            throw new JournalException("The event journal " + directory.path() + " is closed: enable its service");
        }
        State now = state;
        if (broken || now == null) {
            throw new JournalException(
                    "The event journal " + directory.path() + " had a failure and is being opened again");
        }
        return now;
    }

    private void reopenIfBroken() {
        if (!broken || closed) {
            return;
        }
        if (gate.getReadHoldCount() > 0) {
            usable();
        }
        gate.writeLock().lock();
        try {
            if (!broken || closed) {
                return;
            }
            if (state != null) {
                state.store.close();
                state = null;
            }
            logSync.lost();
            load();
            broken = false;
            LOG.info("The event journal {} was opened again after a failure", directory.path());
        } finally {
            gate.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        commitLock.lock();
        try {
            if (!broken) {
                storeLeaseClock();
            }
        } finally {
            closed = true;
            commitLock.unlock();
        }
        gate.writeLock().lock();
        try {
            if (state != null) {
                state.store.close();
                state = null;
            }
            directory.close();
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void storeLeaseClock() {
        State now = state;
        try (Transaction transaction = Transaction.ofOwnRows(now.store)) {
            transaction.put(
                    Table.META,
                    text(LEASE_CLOCK),
                    new ByteWriter(8).i64(now.leaseClock.millis()).toBytes());
            transaction.commit();
            logSync.settled();
        } catch (JournalException e) {
            LOG.warn(
                    "The event journal {} could not store its lease clock: leases will last longer",
                    directory.path(),
                    e);
        }
    }
}
