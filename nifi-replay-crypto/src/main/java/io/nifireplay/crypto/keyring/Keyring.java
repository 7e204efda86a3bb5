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

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 keys by their ids. One is active: new data is sealed with it. All can open. A keyring never changes; a rotation
 * is another keyring, with one key more and another active id.
 *
 * <p>No key of the keyring seals data itself. Each seals through data keys that are derived from it by HKDF-SHA-256 (RFC
 * 5869) with a random salt, so that no key ever nears the amount of data that AES-GCM bears under one key.
 */
public final class Keyring {
    /** The longest id in bytes of UTF-8. */
    public static final int MAX_ID_BYTES = 64;

    /** Bytes of a salt for {@link #derive}. */
    public static final int SALT_BYTES = 32;

    private static final int KEY_BYTES = 32;
    private static final String MAC = "HmacSHA256";

    private final String activeId;
    private final Map<String, byte[]> keys;

    private Keyring(String activeId, Map<String, byte[]> keys) {
        this.activeId = activeId;
        this.keys = keys;
    }

    /**
     * @param activeId the id of the key that seals new data
     * @param keys the keys by id: AES, 256 bits; ids of 1 to {@value #MAX_ID_BYTES} bytes of UTF-8, all visible characters or
     *     spaces
     * @throws IllegalArgumentException when a key or an id is of another kind, or no key has the active id
     */
    public static Keyring of(String activeId, Map<String, SecretKey> keys) {
        Map<String, byte[]> bytes = new HashMap<>();
        keys.forEach((id, key) -> {
            requireId(id);
            byte[] encoded = key.getEncoded();
            if (!isAes256(key)) {
                throw new IllegalArgumentException("The key '" + id + "' is not an AES key of 256 bits");
            }
            bytes.put(id, encoded);
        });
        if (!bytes.containsKey(activeId)) {
            throw new IllegalArgumentException(
                    "No key has the active id '" + activeId + "'; there are " + new TreeSet<>(bytes.keySet()));
        }
        return new Keyring(activeId, bytes);
    }

    /** The id of the key that seals new data. */
    public String activeId() {
        return activeId;
    }

    /** The ids of all keys, the active one among them. */
    public Set<String> ids() {
        return Collections.unmodifiableSet(keys.keySet());
    }

    /**
     * A key for data: HKDF-SHA-256 of the key with this id, the salt, and the purpose in UTF-8 as its info. The same three
     * give the same key. It takes about a microsecond.
     *
     * @param salt {@value #SALT_BYTES} bytes, random, made anew for each data key
     * @param purpose what the data key is for, so that keys for different purposes are different ones
     * @return an AES key of 256 bits
     * @throws UnknownKeyException when the keyring has no key with this id
     */
    public SecretKey derive(String keyId, byte[] salt, String purpose) throws UnknownKeyException {
        byte[] key = keys.get(keyId);
        if (key == null) {
            throw new UnknownKeyException("The data was sealed with the key '" + keyId
                    + "', which the keyring does not have; it has " + new TreeSet<>(keys.keySet())
                    + ". Add that key to the key store again: a key is needed as long as there is data under it");
        }
        if (salt.length != SALT_BYTES) {
            throw new IllegalArgumentException("A salt has " + SALT_BYTES + " bytes, not " + salt.length);
        }
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(salt, MAC));
            byte[] pseudorandom = mac.doFinal(key);
            mac.init(new SecretKeySpec(pseudorandom, MAC));
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 1);
            byte[] derived = mac.doFinal();
            SecretKey result = new SecretKeySpec(derived, "AES");
            Arrays.fill(pseudorandom, (byte) 0);
            Arrays.fill(derived, (byte) 0);
            return result;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK offers no " + MAC, e);
        }
    }

    static boolean isAes256(SecretKey key) {
        byte[] encoded = key.getEncoded();
        return "AES".equalsIgnoreCase(key.getAlgorithm()) && encoded != null && encoded.length == KEY_BYTES;
    }

    /** @throws IllegalArgumentException when this cannot be the id of a key */
    static void requireId(String id) {
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_ID_BYTES) {
            throw new IllegalArgumentException(
                    "The key id '" + id + "' has " + bytes + " bytes of UTF-8: 1 to " + MAX_ID_BYTES + " are allowed");
        }
        if (!id.codePoints().allMatch(Keyring::isVisible)) {
            throw new IllegalArgumentException("A key id holds characters that cannot be seen: " + escaped(id));
        }
    }

    /** Whether a text can be the id of a key: 1 to {@value #MAX_ID_BYTES} bytes of UTF-8, visible characters and spaces. */
    public static boolean isId(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes > 0 && bytes <= MAX_ID_BYTES && text.codePoints().allMatch(Keyring::isVisible);
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String escaped(String id) {
        StringBuilder text = new StringBuilder();
        id.codePoints().forEach(character -> {
            if (isVisible(character)) {
                text.appendCodePoint(character);
            } else {
                text.append(String.format("\\u{%x}", character));
            }
        });
        return text.toString();
    }

    /** The ids, never the keys. */
    @Override
    public String toString() {
        return "Keyring[active " + activeId + ", ids " + new TreeSet<>(keys.keySet()) + "]";
    }
}
