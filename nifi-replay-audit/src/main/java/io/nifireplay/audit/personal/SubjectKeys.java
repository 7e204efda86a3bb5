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
package io.nifireplay.audit.personal;

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.entry.PersonalId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals ids under a key of each subject, and destroys such a key to erase them all, although the log cannot be changed. The
 * keys are in a file of their own, outside of what is published:
 *
 * <pre>
 *   96 bytes  "nifi-replay-subject-keys 1\n", zeros, and in the last 32 a secret for the tags
 *   96 bytes each: 16 tag, 16 label, 32 AES-256 key, 32 SHA-256 of these 64; all zero where it is free
 * </pre>
 *
 * The tag is the first half of HMAC-SHA-256 of the id under the secret, and finds the key again. The label is random and
 * goes into the entries: once the slot is overwritten nothing leads from it to the id. The file is overwritten in place; a
 * file system that copies on write, a snapshot or a backup may keep what was there.
 */
public final class SubjectKeys implements PersonalIds, AutoCloseable {
    private static final byte[] MAGIC = "nifi-replay-subject-keys 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SLOT_BYTES = 96;
    private static final int SECRET_BYTES = 32;
    private static final int TAG_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int PLAIN_BYTES = TAG_BYTES + TAG_BYTES + KEY_BYTES;
    private static final int NONCE_BYTES = 12;
    private static final int GCM_TAG_BITS = 128;

    private final Path path;
    private final SecureRandom random;
    private final RandomAccessFile file;
    private final byte[] secret;
    private final Map<String, Subject> byTag = new HashMap<>();
    private final Map<String, Subject> byLabel = new HashMap<>();
    private final Deque<Long> free = new ArrayDeque<>();
    private long slots;
    /** Whether a new key may not be on stable storage yet; a failed sync leaves it so. */
    private boolean unsynced;

    private record Subject(long slot, String tag, String label, SecretKeySpec key) {}

    private SubjectKeys(Path path, SecureRandom random, RandomAccessFile file, byte[] secret) {
        this.path = path;
        this.random = random;
        this.file = file;
        this.secret = secret;
    }

    /**
     * Opens the file of keys, and makes it if there is none. It is locked until it is closed: two who do not know of each
     * other would write over each other's keys.
     *
     * @throws AuditException when it cannot be read or written, is none, or another has it open
     */
    public static SubjectKeys open(Path path, SecureRandom random) {
        return open(path, random, "rw");
    }

    /**
     * Reads the keys as they are now, to open what was sealed and for nothing else; also while another has the file open.
     *
     * @throws AuditException when it cannot be read, or is none
     */
    public static SubjectKeys read(Path path) {
        if (!Files.exists(path)) {
            throw new AuditException("There is no file " + path + " with keys of subjects");
        }
        return open(path, new SecureRandom(), "r");
    }

    private static SubjectKeys open(Path path, SecureRandom random, String mode) {
        RandomAccessFile file = null;
        try {
            boolean isNew = !Files.exists(path) || Files.size(path) < SLOT_BYTES;
            file = new RandomAccessFile(path.toFile(), mode);
            if (mode.equals("rw")) {
                lock(path, file);
            }
            byte[] header = new byte[SLOT_BYTES];
            if (isNew) {
                byte[] secret = new byte[SECRET_BYTES];
                random.nextBytes(secret);
                System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
                System.arraycopy(secret, 0, header, SLOT_BYTES - SECRET_BYTES, SECRET_BYTES);
                file.setLength(0);
                file.write(header);
                file.getFD().sync();
            } else {
                file.readFully(header);
            }
            if (!Arrays.equals(MAGIC, Arrays.copyOf(header, MAGIC.length))) {
                throw new AuditException("The file " + path + " holds no keys of subjects, or is damaged: restore it");
            }
            SubjectKeys keys = new SubjectKeys(
                    path, random, file, Arrays.copyOfRange(header, SLOT_BYTES - SECRET_BYTES, SLOT_BYTES));
            keys.readSlots();
            file = null;
            return keys;
        } catch (IOException e) {
            throw new AuditException("The keys of subjects in " + path + " cannot be opened: " + e.getMessage(), e);
        } finally {
            closeQuietly(file);
        }
    }

    /** It ends with the file. */
    private static void lock(Path path, RandomAccessFile file) throws IOException {
        FileLock lock;
        try {
            lock = file.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new AuditException("The keys of subjects in " + path
                    + " are open already: disable the audit trail's service, or end the other process");
        }
    }

    private static void closeQuietly(RandomAccessFile file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                // What is to be told is why it could not be opened.
            }
        }
    }

    private void readSlots() throws IOException {
        slots = file.length() / SLOT_BYTES;
        byte[] slot = new byte[SLOT_BYTES];
        for (long number = 1; number < slots; number++) {
            file.readFully(slot);
            if (Arrays.equals(check(slot), Arrays.copyOfRange(slot, PLAIN_BYTES, SLOT_BYTES))) {
                remember(number, slot);
            } else {
                // Empty, or cut short when it was made: no entry was acknowledged that needs it.
                free.add(number);
            }
        }
    }

    private void remember(long number, byte[] slot) {
        String tag = HexFormat.of().formatHex(slot, 0, TAG_BYTES);
        String label = HexFormat.of().formatHex(slot, TAG_BYTES, 2 * TAG_BYTES);
        Subject subject = new Subject(number, tag, label, new SecretKeySpec(slot, 2 * TAG_BYTES, KEY_BYTES, "AES"));
        byTag.put(tag, subject);
        byLabel.put(label, subject);
    }

    private static byte[] check(byte[] slot) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(slot, PLAIN_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** Keys of subjects that are new are on stable storage when it returns. */
    @Override
    public synchronized List<PersonalId> protect(List<String> ids) {
        try {
            List<Subject> subjects = new ArrayList<>();
            for (String id : ids) {
                String tag = tag(id);
                if (!byTag.containsKey(tag)) {
                    unsynced = true;
                    add(tag);
                }
                subjects.add(byTag.get(tag));
            }
            if (unsynced) {
                file.getFD().sync();
                unsynced = false;
            }
            List<PersonalId> sealed = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                sealed.add(seal(subjects.get(i), ids.get(i)));
            }
            return sealed;
        } catch (IOException e) {
            throw new AuditException(
                    "The keys of subjects in " + path + " cannot be written: " + e.getMessage()
                            + ". Look at the disk and at the rights of the file",
                    e);
        }
    }

    private void add(String tag) throws IOException {
        byte[] slot = new byte[SLOT_BYTES];
        random.nextBytes(slot);
        System.arraycopy(HexFormat.of().parseHex(tag), 0, slot, 0, TAG_BYTES);
        System.arraycopy(check(slot), 0, slot, PLAIN_BYTES, SLOT_BYTES - PLAIN_BYTES);
        long number = free.isEmpty() ? slots : free.peek();
        file.seek(number * SLOT_BYTES);
        file.write(slot);
        if (free.poll() == null) {
            slots++;
        }
        remember(number, slot);
    }

    private String tag(String id) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(id.getBytes(StandardCharsets.UTF_8)), 0, TAG_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HmacSHA256", e);
        }
    }

    private PersonalId.Sealed seal(Subject subject, String id) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, subject, nonce).doFinal(id.getBytes(StandardCharsets.UTF_8));
            return new PersonalId.Sealed(
                    subject.label(),
                    Base64.getEncoder()
                            .encodeToString(ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                                    .put(nonce)
                                    .put(sealed)
                                    .array()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM", e);
        }
    }

    private static Cipher cipher(int mode, Subject subject, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, subject.key(), new GCMParameterSpec(GCM_TAG_BITS, nonce));
        cipher.updateAAD(subject.label().getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    /** What was sealed, empty when the subject's key is destroyed or it was sealed by another. */
    public synchronized Optional<String> open(PersonalId.Sealed sealed) {
        Subject subject = byLabel.get(sealed.subject());
        if (subject == null) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(sealed.sealed());
            byte[] plain = cipher(Cipher.DECRYPT_MODE, subject, Arrays.copyOf(bytes, NONCE_BYTES))
                    .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
            return Optional.of(new String(plain, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Destroys the key of a subject: all that was sealed about it can no longer be read by anybody. What comes later gets a
     * new key under a new label.
     *
     * @return whether there was one
     * @throws AuditException when it could not be destroyed for certain; ask again
     */
    public synchronized boolean erase(String id) {
        Subject subject = byTag.get(tag(id));
        if (subject == null) {
            return false;
        }
        try {
            file.seek(subject.slot() * SLOT_BYTES);
            file.write(new byte[SLOT_BYTES]);
            file.getFD().sync();
        } catch (IOException e) {
            throw new AuditException(
                    "A key of a subject in " + path + " could not be destroyed: " + e.getMessage() + ". Ask again", e);
        }
        byTag.remove(subject.tag());
        byLabel.remove(subject.label());
        free.add(subject.slot());
        return true;
    }

    @Override
    public synchronized void close() {
        closeQuietly(file);
    }
}
