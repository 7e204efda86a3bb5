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
package io.nifireplay.crypto.keyring;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.SecureRandom;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * A key store on disk that holds a keyring: AES-256 keys under the store's password, each under its id as alias. Entries
 * that are no secret keys (certificates, private keys) are left alone.
 */
public final class KeyStoreFile {
    private static final int KEY_BYTES = 32;

    /** Far above what a keyring needs, and far below what would trouble the heap. */
    private static final long MAX_FILE_BYTES = 16L * 1024 * 1024;

    private final Path file;
    private final KeyStoreType type;

    private KeyStoreFile(Path file, KeyStoreType type) {
        this.file = file;
        this.type = type;
    }

    /** The key store of this type at this path, which need not be there yet. */
    public static KeyStoreFile at(Path file, KeyStoreType type) {
        return new KeyStoreFile(file, type);
    }

    /** Where the key store is, or is to be. */
    public Path path() {
        return file;
    }

    /**
     * Reads the keyring.
     *
     * @param activeId the id of the key that is to seal new data; upper and lower case are one in a PKCS12 store
     * @throws KeyringException when the file is missing or cannot be read, the password is wrong, an entry is a secret key
     *     but no AES-256 key, there is no key, or none with the active id
     */
    public Keyring read(char[] password, String activeId) throws KeyringException {
        Map<String, SecretKey> keys = keys(load(password), password);
        String active = aliasOf(activeId);
        if (!keys.containsKey(active)) {
            throw new KeyringException("The key store " + file + " has no key '" + activeId
                    + "', which is to be the active one; it has " + keys.keySet());
        }
        return Keyring.of(active, keys);
    }

    /**
     * Reads the keyring with the last id in alphabetical order as the active one: where ids are dates, that is the newest
     * key, and a key that is added takes over by itself.
     *
     * @throws KeyringException as {@link #read(char[], String)} does, but for the active id
     */
    public Keyring readNewest(char[] password) throws KeyringException {
        TreeMap<String, SecretKey> keys = keys(load(password), password);
        return Keyring.of(keys.lastKey(), keys);
    }

    /**
     * The file's rights, such as {@code rw-r--r--}, when others than its owner have any.
     *
     * @return empty when they have none, and where the file system does not tell
     * @throws KeyringException when the file cannot be looked at
     */
    public Optional<String> rightsOfOthers() throws KeyringException {
        try {
            return OwnerOnly.rightsOfOthers(file);
        } catch (NoSuchFileException e) {
            throw missing(e);
        } catch (IOException e) {
            throw new KeyringException("Who may read the key store " + file + " cannot be found out: " + e, e);
        }
    }

    /**
     * The ids of the keys in the store, in order.
     *
     * @throws KeyringException as {@link #read} does, but for the active id
     */
    public Set<String> ids(char[] password) throws KeyringException {
        return keys(load(password), password).keySet();
    }

    /**
     * Makes the store with one new key in it. The file is readable to its owner alone.
     *
     * @throws KeyringException when there is a file already, or it cannot be written; nothing is left behind then
     */
    public void create(char[] password, String id, SecureRandom random) throws KeyringException {
        requireAlias(id);
        requirePassword(password);
        if (Files.exists(file)) {
            throw alreadyThere();
        }
        KeyStore store = instance();
        try {
            store.load(null, password);
        } catch (IOException | GeneralSecurityException e) {
            throw new KeyringException("An empty " + type + " key store cannot be made: " + e, e);
        }
        put(store, password, id, random);
        write(store, password, false);
    }

    /**
     * Adds a new key. The old file stays as it is until the new one is complete; its rights and owner are kept.
     *
     * @throws KeyringException when the store cannot be opened or written, or has a key with this id
     */
    public void add(char[] password, String id, SecureRandom random) throws KeyringException {
        requireAlias(id);
        KeyStore store = load(password);
        keys(store, password);
        try {
            if (store.containsAlias(id)) {
                throw new KeyringException("The key store " + file + " has an entry '" + id
                        + "' already: a new key needs a new id, and the old one stays for what it has sealed");
            }
        } catch (KeyStoreException e) {
            throw new IllegalStateException("A key store that was loaded can be asked", e);
        }
        put(store, password, id, random);
        write(store, password, true);
    }

    private KeyStore load(char[] password) throws KeyringException {
        requirePassword(password);
        byte[] bytes = bytes();
        KeyStore store = instance();
        try {
            store.load(new ByteArrayInputStream(bytes), password);
            return store;
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw new KeyringException("The password of the key store " + file + " is wrong", e);
            }
            throw new KeyringException(
                    "The key store " + file + " cannot be opened as " + type
                            + ": the password is wrong, or the file is damaged or of another type (" + e.getMessage()
                            + ")",
                    e);
        } catch (GeneralSecurityException | RuntimeException e) {
            // A damaged file brings unchecked exceptions out of both providers.
            throw new KeyringException("The key store " + file + " cannot be opened as " + type + ": " + e, e);
        }
    }

    private byte[] bytes() throws KeyringException {
        try {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new KeyringException("The file " + file + " is no keyring: it has " + size + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw missing(e);
        } catch (KeyringException e) {
            throw e;
        } catch (IOException e) {
            throw new KeyringException("The key store " + file + " cannot be read: " + e, e);
        }
    }

    private TreeMap<String, SecretKey> keys(KeyStore store, char[] password) throws KeyringException {
        TreeMap<String, SecretKey> keys = new TreeMap<>();
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getKey(alias, password) instanceof SecretKey key) {
                    keys.put(alias, aes256(alias, key));
                }
            }
        } catch (UnrecoverableKeyException e) {
            throw new KeyringException(
                    "A key in the key store " + file + " has another password than the store: give it the store's", e);
        } catch (GeneralSecurityException e) {
            throw new KeyringException("The keys of the key store " + file + " cannot be read: " + e, e);
        }
        if (keys.isEmpty()) {
            throw new KeyringException(
                    "The key store " + file + " has no secret key: add one with bin/keyring or keytool");
        }
        return keys;
    }

    private SecretKey aes256(String alias, SecretKey key) throws KeyringException {
        if (!Keyring.isAes256(key)) {
            byte[] encoded = key.getEncoded();
            throw new KeyringException("The key '" + alias + "' in the key store " + file + " is "
                    + (encoded == null ? "" : "of " + encoded.length * Byte.SIZE + " bits for ") + key.getAlgorithm()
                    + "; a keyring's keys are AES keys of 256 bits: take the entry out, or use another store");
        }
        if (!Keyring.isId(alias)) {
            throw new KeyringException("The alias '" + alias + "' in the key store " + file
                    + " cannot be a key id: 1 to " + Keyring.MAX_ID_BYTES + " bytes of visible characters");
        }
        return key;
    }

    private void put(KeyStore store, char[] password, String id, SecureRandom random) throws KeyringException {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        Key key = new SecretKeySpec(bytes, "AES");
        try {
            store.setKeyEntry(id, key, password, null);
        } catch (KeyStoreException e) {
            throw new KeyringException("The key '" + id + "' cannot be put into a " + type + " key store: " + e, e);
        }
    }

    private void write(KeyStore store, char[] password, boolean replace) throws KeyringException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Path complete = file.toAbsolutePath().normalize();
        Path begun = complete.resolveSibling(complete.getFileName() + ".new");
        boolean mine = false;
        try {
            store.store(bytes, password);
            OwnerOnly.createFile(begun);
            mine = true;
            try (FileChannel channel = FileChannel.open(begun, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            if (replace) {
                takeOver(complete.toRealPath(), begun);
                replace(begun, complete.toRealPath());
            } else {
                Files.move(begun, complete);
            }
            mine = false;
        } catch (FileAlreadyExistsException e) {
            throw mine
                    ? alreadyThere()
                    : new KeyringException(
                            "There is a file " + begun
                                    + ", left by an attempt that was cut short or made by one that is under way: remove it if nobody else is"
                                    + " changing the key store",
                            e);
        } catch (IOException | GeneralSecurityException e) {
            throw new KeyringException("The key store " + file + " cannot be written: " + e, e);
        } finally {
            if (mine) {
                deleteQuietly(begun);
            }
        }
    }

    /** NiFi must be able to read the new file where it could read the old one. */
    private static void takeOver(Path old, Path begun) throws IOException {
        PosixFileAttributeView to = Files.getFileAttributeView(begun, PosixFileAttributeView.class);
        if (to == null) {
            return;
        }
        PosixFileAttributes from =
                Files.getFileAttributeView(old, PosixFileAttributeView.class).readAttributes();
        PosixFileAttributes now = to.readAttributes();
        if (!now.group().equals(from.group())) {
            to.setGroup(from.group());
        }
        if (!now.owner().equals(from.owner())) {
            to.setOwner(from.owner());
        }
        to.setPermissions(from.permissions());
    }

    private static void replace(Path begun, Path complete) throws IOException {
        try {
            Files.move(begun, complete, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(begun, complete, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void deleteQuietly(Path begun) {
        try {
            Files.deleteIfExists(begun);
        } catch (IOException e) {
            // What is to be told is why the key store could not be written.
        }
    }

    private KeyringException missing(NoSuchFileException e) {
        return new KeyringException("There is no key store " + file + ": make one with bin/keyring or keytool", e);
    }

    private KeyringException alreadyThere() {
        return new KeyringException(
                "There is a file " + file + " already, which is not touched: add a key to it, or choose another name");
    }

    /** The alias under which the store has an id: PKCS12 stores of the JDK know no upper case. */
    private String aliasOf(String id) {
        return type == KeyStoreType.PKCS12 ? id.toLowerCase(Locale.ENGLISH) : id;
    }

    private void requireAlias(String id) throws KeyringException {
        if (!Keyring.isId(id)) {
            throw new KeyringException(
                    "A key id has 1 to " + Keyring.MAX_ID_BYTES + " bytes of visible characters, not '" + id + "'");
        }
        if (!aliasOf(id).equals(id)) {
            throw new KeyringException(
                    "Ids are in lower case in a PKCS12 key store: '" + aliasOf(id) + "', not '" + id + "'");
        }
    }

    private void requirePassword(char[] password) throws KeyringException {
        // Without one, a PKCS12 store would be opened with its integrity unchecked.
        if (password.length == 0) {
            throw new KeyringException("The password of the key store " + file + " is empty");
        }
    }

    private KeyStore instance() {
        try {
            return switch (type) {
                case PKCS12 -> KeyStore.getInstance("PKCS12");
                // The provider is not registered: other code in this JVM is not to find it.
                case BCFKS -> KeyStore.getInstance("BCFKS", new BouncyCastleProvider());
            };
        } catch (KeyStoreException e) {
            throw new IllegalStateException("There is no key store of type " + type, e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyStoreFile store && file.equals(store.file) && type == store.type;
    }

    @Override
    public int hashCode() {
        return Objects.hash(file, type);
    }

    @Override
    public String toString() {
        return type + " " + file;
    }
}
