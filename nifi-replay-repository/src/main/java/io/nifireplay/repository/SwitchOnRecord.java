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
package io.nifireplay.repository;

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.crypto.keyring.UnknownKeyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * The file {@value #FILE_NAME} in a container, which keeps the cut-off of {@link SwitchOn}:
 *
 * <pre>
 *  3 bytes  "NRC"
 *  1        version, 1
 *  1        length n of the key id
 *  n        key id, UTF-8
 * 32        salt
 *  8        cut-off in milliseconds since 1970, big-endian
 * 32        HMAC-SHA-256 (RFC 2104) of all before, under the key that the keyring derives from the salt
 * </pre>
 *
 * @param cutOff in milliseconds since 1970
 * @param keyId the key under which it lies
 */
record SwitchOnRecord(long cutOff, String keyId) {
    static final String FILE_NAME = "sealed-since";

    private static final byte[] MAGIC = {'N', 'R', 'C', 1};
    private static final String PURPOSE = "nifi-replay content cut-off 1";
    private static final String MAC = "HmacSHA256";
    private static final int MAC_BYTES = 32;
    private static final int FIXED_BYTES = MAGIC.length + 1 + Keyring.SALT_BYTES + Long.BYTES + MAC_BYTES;

    /**
     * The record of a container, empty when it has none.
     *
     * @throws KeyringException when there is one, and it is not what was written under a key of the keyring
     * @throws IOException when it cannot be read
     */
    static Optional<SwitchOnRecord> read(Path container, Keyring keyring) throws IOException {
        Path file = container.resolve(FILE_NAME);
        byte[] bytes;
        try {
            if (Files.size(file) > FIXED_BYTES + Keyring.MAX_ID_BYTES) {
                throw damaged(file);
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (bytes.length < FIXED_BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw damaged(file);
        }
        ByteBuffer fields = ByteBuffer.wrap(bytes).position(MAGIC.length);
        byte[] id = new byte[fields.get() & 0xFF];
        if (bytes.length != FIXED_BYTES + id.length) {
            throw damaged(file);
        }
        fields.get(id);
        byte[] salt = new byte[Keyring.SALT_BYTES];
        fields.get(salt);
        long cutOff = fields.getLong();
        String keyId = new String(id, StandardCharsets.UTF_8);
        byte[] mac;
        try {
            mac = mac(keyring, keyId, salt, bytes, fields.position());
        } catch (UnknownKeyException e) {
            throw new KeyringException("The file " + file + " cannot be verified: " + e.getMessage(), e);
        }
        if (!MessageDigest.isEqual(mac, Arrays.copyOfRange(bytes, fields.position(), bytes.length))) {
            throw damaged(file);
        }
        return Optional.of(new SwitchOnRecord(cutOff, keyId));
    }

    /** Writes the record of a container, durably, in place of one that it may have. */
    static void write(Path container, long cutOff, Keyring keyring, SecureRandom random) throws IOException {
        byte[] id = keyring.activeId().getBytes(StandardCharsets.UTF_8);
        byte[] salt = new byte[Keyring.SALT_BYTES];
        random.nextBytes(salt);
        ByteBuffer fields = ByteBuffer.allocate(FIXED_BYTES + id.length);
        fields.put(MAGIC).put((byte) id.length).put(id).put(salt).putLong(cutOff);
        fields.put(mac(keyring, keyring.activeId(), salt, fields.array(), fields.position()));
        Path file = container.resolve(FILE_NAME);
        Path unfinished = container.resolve(FILE_NAME + ".new");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            fields.flip();
            while (fields.hasRemaining()) {
                channel.write(fields);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(container, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static KeyringException damaged(Path file) {
        return new KeyringException("The file " + file
                + " is damaged, or was written by another repository: when encryption was switched on cannot be told."
                + " Restore it from a backup");
    }

    private static byte[] mac(Keyring keyring, String keyId, byte[] salt, byte[] bytes, int length)
            throws UnknownKeyException {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(keyring.derive(keyId, salt, PURPOSE));
            mac.update(bytes, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK offers no " + MAC, e);
        }
    }
}
