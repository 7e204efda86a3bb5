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

import io.nifireplay.journal.Content;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Origin;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contents on their way into the journal and out of it. A small one lies behind its event's envelope. A large one is
 * written in chunks before its event is, without a sync: the event's own write makes both durable. Until then a note in
 * META says that the chunks belong to nobody, and the next opening removes them.
 */
final class Payloads {
    static final int INLINE_BYTES = 64 * 1024;
    static final int CHUNK_BYTES = 1024 * 1024;
    private static final String PENDING = "pending-payload/";
    private static final String BEHIND_PENDING = "pending-payload0";
    private static final byte[] NO_BYTES = {};
    /** Finding one takes as long as hashing some hundred bytes. */
    private static final ThreadLocal<MessageDigest> DIGESTS = ThreadLocal.withInitial(Payloads::sha256);

    private static final Logger LOG = LoggerFactory.getLogger(Payloads.class);

    private final Engine engine;
    private final AtomicLong nextId = new AtomicLong();

    /**
     * A content that was read whole.
     *
     * @param hash SHA-256
     * @param size in bytes
     * @param inline the bytes, when they may lie behind the envelope
     * @param payloadId the number of the chunks that hold it, 0 when there are none
     */
    record Prepared(byte[] hash, long size, Optional<byte[]> inline, long payloadId) {
        /** The same without the bytes, which the event's row holds by now. */
        Prepared inRow() {
            return new Prepared(hash, size, Optional.empty(), payloadId);
        }
    }

    Payloads(Engine engine) {
        this.engine = engine;
        nextId.set(engine.read(Payloads::lastId));
    }

    private static long lastId(Engine.View view) {
        try (Store.Cursor rows = view.store().cursor(Table.CHUNKS, chunkKey(0, 0), chunkKey(Long.MAX_VALUE, 0))) {
            return rows.last() ? Place.integer(rows.key(), 0, 8) : 0L;
        }
    }

    /**
     * Hashes a content, without storing it.
     *
     * @throws IOException when it cannot be read
     */
    static Prepared hash(Content content, boolean keepInline) throws IOException {
        if (content instanceof Content.InMemory memory) {
            return ofBytes(memory.bytes(), keepInline && memory.bytes().length <= INLINE_BYTES);
        }
        if (content.size() <= INLINE_BYTES) {
            byte[] bytes = content.read(InputStream::readAllBytes);
            requireWhole(content, bytes.length);
            return ofBytes(bytes, keepInline);
        }
        MessageDigest digest = sha256();
        long size = content.read(in -> hash(in, digest));
        requireWhole(content, size);
        return new Prepared(digest.digest(), size, Optional.empty(), 0);
    }

    private static Prepared ofBytes(byte[] bytes, boolean inline) {
        return new Prepared(
                DIGESTS.get().digest(bytes), bytes.length, inline ? Optional.of(bytes) : Optional.empty(), 0);
    }

    private static long hash(InputStream in, MessageDigest digest) throws IOException {
        long size = 0;
        byte[] buffer = new byte[CHUNK_BYTES];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
            size += read;
        }
        return size;
    }

    /**
     * Stores a large content in chunks and hashes it on the way.
     *
     * @throws IOException when it cannot be read; what was stored of it is removed
     */
    Prepared store(Content content) throws IOException {
        long id = nextId.incrementAndGet();
        MessageDigest digest = sha256();
        try {
            long size = content.read(in -> store(in, id, digest));
            requireWhole(content, size);
            return new Prepared(digest.digest(), size, Optional.empty(), id);
        } catch (IOException | RuntimeException e) {
            discard(id);
            throw e;
        }
    }

    private long store(InputStream in, long id, MessageDigest digest) throws IOException {
        writeUnsynced(pendingKey(id), NO_BYTES, Table.META);
        long size = 0;
        byte[] buffer = new byte[CHUNK_BYTES];
        int chunk = 0;
        for (int read = in.readNBytes(buffer, 0, CHUNK_BYTES); read > 0; read = in.readNBytes(buffer, 0, CHUNK_BYTES)) {
            digest.update(buffer, 0, read);
            size += read;
            writeUnsynced(
                    chunkKey(id, chunk++), read == CHUNK_BYTES ? buffer : Arrays.copyOf(buffer, read), Table.CHUNKS);
        }
        return size;
    }

    /** Makes room again at once; what cannot be removed now is removed at the next opening. */
    private void discard(long id) {
        try {
            engine.commit(Origin.JOURNAL, 1, (transaction, jobs) -> {
                drop(transaction, id);
                return true;
            });
        } catch (JournalException e) {
            LOG.debug("The chunks of payload {} stay until the event journal is opened again", id, e);
        }
    }

    private static void requireWhole(Content content, long size) throws IOException {
        if (size != content.size()) {
            throw new EOFException("it should have " + content.size() + " bytes, and has " + size);
        }
    }

    private void writeUnsynced(byte[] key, byte[] value, Table table) {
        engine.read(view -> {
            try (WriteBatch batch = new WriteBatch()) {
                Store store = view.store();
                batch.put(store.handle(table), key, store.stored(table, key, value));
                view.store().writeUnsynced(batch);
                return true;
            } catch (RocksDBException e) {
                throw view.store().failure("cannot be written", e);
            }
        });
    }

    /** The chunks belong to an event now. */
    static void keep(Transaction transaction, Prepared payload) {
        transaction.delete(Table.META, pendingKey(payload.payloadId()));
    }

    /** The chunks are not needed. */
    static void drop(Transaction transaction, long payloadId) {
        transaction.deleteRange(Table.CHUNKS, chunkKey(payloadId, 0), chunkKey(payloadId + 1, 0));
        transaction.delete(Table.META, pendingKey(payloadId));
    }

    /** Removes chunks whose event was never written. */
    static void removeOrphans(Store store) {
        try (Transaction transaction = Transaction.ofOwnRows(store)) {
            try (Store.Cursor rows = store.cursor(Table.META, Engine.text(PENDING), Engine.text(BEHIND_PENDING))) {
                while (rows.next()) {
                    String key = new String(rows.key(), StandardCharsets.US_ASCII);
                    drop(transaction, HexFormat.fromHexDigitsToLong(key, PENDING.length(), key.length()));
                }
            }
            transaction.commit();
        }
    }

    /** The content of an event, from where it lies. */
    Content content(Entry entry, byte[] inline) {
        return switch (entry.payload()) {
            case INLINE, NONE -> Content.of(inline);
            case CHUNKS -> new Chunked(entry.payloadId(), entry.contentSize());
        };
    }

    /** An inline content that is not kept in memory, but read when it is opened. */
    Content later(Place place, Entry entry) {
        return new Content() {
            @Override
            public long size() {
                return entry.contentSize();
            }

            @Override
            public InputStream open() throws IOException {
                byte[] row = reading(view -> EventRows.read(view.store(), place, entry.digest()))
                        .orElseThrow(() -> new IOException("The event journal does not hold this content any more"));
                return new ByteArrayInputStream(Rows.event(row).inlineContent());
            }
        };
    }

    private <R> R reading(Function<Engine.View, R> reader) throws IOException {
        try {
            return engine.read(reader);
        } catch (JournalException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private final class Chunked implements Content {
        private final long id;
        private final long size;

        private Chunked(long id, long size) {
            this.id = id;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream open() {
            return new ChunkStream(id, size);
        }
    }

    /** Reads one chunk after the other; each is a look-up of its own, so that nothing is held open between them. */
    private final class ChunkStream extends InputStream {
        private final long id;
        private long left;
        private int nextChunk;
        private byte[] chunk = NO_BYTES;
        private int at;

        private ChunkStream(long id, long size) {
            this.id = id;
            left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at == chunk.length) {
                if (left == 0) {
                    return -1;
                }
                load();
            }
            int count = Math.min(length, chunk.length - at);
            System.arraycopy(chunk, at, target, offset, count);
            at += count;
            return count;
        }

        private void load() throws IOException {
            byte[] key = chunkKey(id, nextChunk++);
            byte[] next = reading(view -> Optional.ofNullable(view.store().get(Table.CHUNKS, key)))
                    .orElse(NO_BYTES);
            if (next.length > left || next.length == 0) {
                throw new IOException(
                        "The event journal lacks a part of this content: payload " + id + ", chunk " + (nextChunk - 1));
            }
            left -= next.length;
            chunk = next;
            at = 0;
        }
    }

    private static byte[] chunkKey(long id, int chunk) {
        byte[] key = new byte[12];
        Place.putLong(key, 0, id);
        for (int i = 0; i < 4; i++) {
            key[8 + i] = (byte) (chunk >>> (24 - 8 * i));
        }
        return key;
    }

    private static byte[] pendingKey(long id) {
        return Engine.text(PENDING + HexFormat.of().toHexDigits(id));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK offers no SHA-256", e);
        }
    }
}
