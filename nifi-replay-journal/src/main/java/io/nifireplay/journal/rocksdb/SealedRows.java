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

import io.nifireplay.crypto.EpochEndedException;
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.UnknownKeyException;
import io.nifireplay.crypto.record.RecordEpoch;
import io.nifireplay.crypto.record.RecordOpener;
import io.nifireplay.journal.JournalException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Rows as sealed records (docs/formats.md). Each opening of the storage begins an epoch, a data key of its own; META holds
 * the headers of all epochs, which name the keys of the keyring. An epoch is never gone on with after the storage was
 * closed or failed, so no nonce is used twice, whatever of the storage is lost.
 */
final class SealedRows implements RowSeal {
    private static final String EPOCH = "epoch/";
    private static final String BEHIND_EPOCHS = "epoch0";

    private final JournalDirectory journal;
    private final Supplier<Keyring> keyring;
    private final SecureRandom random;
    private volatile Epochs epochs;

    /**
     * What seals and opens now.
     *
     * @param headers of all epochs, in the order of their numbers
     * @param current the epoch that seals
     */
    private record Epochs(List<byte[]> headers, RecordOpener opener, RecordEpoch current) {}

    private SealedRows(JournalDirectory journal, Supplier<Keyring> keyring, SecureRandom random) {
        this.journal = journal;
        this.keyring = keyring;
        this.random = random;
    }

    /**
     * Reads the headers of a storage that was just opened, and begins an epoch in it.
     *
     * @throws JournalException when the keyring lacks a key, or has another one of the same id
     */
    static SealedRows begin(Store store, JournalDirectory journal, Supplier<Keyring> keyring, SecureRandom random) {
        SealedRows rows = new SealedRows(journal, keyring, random);
        List<byte[]> headers = new ArrayList<>();
        try (Store.Cursor stored = store.cursor(Table.META, Engine.text(EPOCH), Engine.text(BEHIND_EPOCHS))) {
            while (stored.next()) {
                headers.add(stored.value());
            }
        }
        try (Transaction transaction = Transaction.ofOwnRows(store)) {
            Epochs next = rows.next(headers);
            put(transaction, next.current());
            transaction.commit();
            rows.use(next);
        }
        return rows;
    }

    /** The id of the key that seals now. */
    String keyId() {
        return epochs.current().keyId();
    }

    /** Whether another epoch is due: the keyring's active key is another one, or this epoch has sealed enough. */
    boolean isRenewalDue() {
        RecordEpoch current = epochs.current();
        return current.sealer().isUsedUp()
                || !current.keyId().equals(keyring.get().activeId());
    }

    /**
     * Another epoch, ready to be begun; what is being sealed meanwhile may still be of the one before.
     *
     * @throws JournalException when the keyring lacks a key that rows are sealed with
     */
    Renewal renewal() {
        return new Renewal(next(epochs.headers()));
    }

    /** An epoch that is to follow. */
    final class Renewal {
        private final Epochs next;

        private Renewal(Epochs next) {
            this.next = next;
        }

        /** Writes its header; only when the storage was not opened again since. */
        void write(Transaction transaction) {
            put(transaction, next.current());
        }

        String keyId() {
            return next.current().keyId();
        }

        /** Seals with it, once its header is durable. */
        void begin() {
            use(next);
        }
    }

    private static void put(Transaction transaction, RecordEpoch epoch) {
        transaction.put(Table.META, Engine.text(EPOCH + HexFormat.of().toHexDigits(epoch.number())), epoch.header());
    }

    private void use(Epochs next) {
        epochs = next;
        journal.noteSeal(next.current().header());
    }

    /** @throws JournalException when this keyring would not open all rows */
    void requireOpensWith(Keyring other) {
        opener(journal.path(), journal.id(), other, epochs.headers());
    }

    /** Another epoch behind those of these headers; nothing is written. */
    private Epochs next(List<byte[]> headers) {
        Keyring keys = keyring.get();
        RecordEpoch epoch = RecordEpoch.begin(keys, purpose(journal.id()), headers.size() + 1, random);
        List<byte[]> all = new ArrayList<>(headers);
        all.add(epoch.header());
        return new Epochs(all, opener(journal.path(), journal.id(), keys, all), epoch);
    }

    private static String purpose(UUID journal) {
        return "nifi-replay journal " + journal;
    }

    /** @throws JournalException when the keyring does not open what was sealed under one of these headers */
    static RecordOpener opener(Path journal, UUID id, Keyring keyring, List<byte[]> headers) {
        RecordOpener opener = new RecordOpener(keyring, purpose(id));
        try {
            for (byte[] header : headers) {
                opener.add(header);
            }
            return opener;
        } catch (UnknownKeyException e) {
            throw new JournalException(
                    "The event journal " + journal + " is sealed with a key that its keyring does not have: "
                            + e.getMessage(),
                    e);
        } catch (SealedDataException e) {
            throw new JournalException(
                    "The event journal " + journal + " does not open with its keyring: " + e.getMessage()
                            + ". Is it the key store with which the journal was made?",
                    e);
        }
    }

    @Override
    public byte[] seal(Table table, byte[] name, byte[] value) {
        try {
            return epochs.current().sealer().seal(value, context(table, name));
        } catch (EpochEndedException e) {
            throw new JournalException(
                    "The event journal " + journal.path() + " has sealed all that one data key may: " + e.getMessage()
                            + ". It goes on once another epoch has begun",
                    e);
        }
    }

    @Override
    public byte[] open(Table table, byte[] name, byte[] stored) {
        try {
            return epochs.opener().open(stored, context(table, name));
        } catch (SealedDataException e) {
            throw new JournalException(
                    "A row of the event journal " + journal.path() + " is not what was written (table " + table.title()
                            + ", row " + HexFormat.of().formatHex(name) + "): " + e.getMessage()
                            + ". Restore the directory from a backup, whole",
                    e);
        }
    }

    private static byte[] context(Table table, byte[] name) {
        byte[] title = table.titleBytes();
        byte[] context = new byte[title.length + 1 + name.length];
        System.arraycopy(title, 0, context, 0, title.length);
        System.arraycopy(name, 0, context, title.length + 1, name.length);
        return context;
    }
}
