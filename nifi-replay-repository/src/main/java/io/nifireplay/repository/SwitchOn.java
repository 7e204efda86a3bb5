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

import io.nifireplay.crypto.NotSealedException;
import io.nifireplay.crypto.SealedDataException;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.crypto.stream.StreamWalk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.nifi.controller.repository.FileSystemRepository;
import org.apache.nifi.controller.repository.claim.ResourceClaim;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When encryption was switched on in a repository: the cut-off between claims that may be plain and claims that must be
 * sealed.
 *
 * <p>NiFi's file repository names files by the time of their making, in milliseconds. What is older than the cut-off was
 * there before the switch-on, and is read as it is while the operator allows it; what is younger opens or fails. So a file's
 * first bytes never decide, and a plain file in a sealed one's place is refused. The cut-off lies in each container, under
 * the keyring ({@link SwitchOnRecord}).
 */
final class SwitchOn {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchOn.class);

    private final OptionalLong cutOff;
    private final boolean readPlainClaims;

    private SwitchOn(OptionalLong cutOff, boolean readPlainClaims) {
        this.cutOff = cutOff;
        this.readPlainClaims = readPlainClaims;
    }

    /**
     * Reads the cut-off of these containers, or sets it when this is the first start with encryption. In a container
     * without one it is written, and so it is when its record lies under another key than the active one.
     *
     * @param readPlainClaims whether claims from before it may be read
     * @throws KeyringException when plain claims may be read, but when encryption was switched on cannot be told
     * @throws IOException when the containers cannot be read or written
     */
    static SwitchOn open(
            Map<String, Path> containers,
            Keyring keyring,
            boolean readPlainClaims,
            InstantSource clock,
            SecureRandom random)
            throws IOException {
        Map<String, SwitchOnRecord> records = new TreeMap<>();
        try {
            for (Map.Entry<String, Path> container : containers.entrySet()) {
                SwitchOnRecord.read(container.getValue(), keyring)
                        .ifPresent(record -> records.put(container.getKey(), record));
            }
            long distinct = records.values().stream()
                    .mapToLong(SwitchOnRecord::cutOff)
                    .distinct()
                    .count();
            if (distinct > 1) {
                throw new KeyringException(
                        "The containers of the content repository disagree when encryption was switched on "
                                + records
                                + ": they come from different repositories. Put back each container's own file "
                                + SwitchOnRecord.FILE_NAME);
            }
            if (records.isEmpty()) {
                requireNothingSealed(containers);
            }
        } catch (KeyringException e) {
            if (readPlainClaims) {
                throw new KeyringException(
                        e.getMessage() + ". Or set " + EncryptionSettings.READ_PLAIN_CLAIMS + "=false", e);
            }
            LOG.warn(
                    "Plain claims from before encryption was switched on can never be read in this content repository: {}",
                    e.getMessage());
            return new SwitchOn(OptionalLong.empty(), false);
        }
        long cutOff = records.isEmpty()
                ? Math.max(clock.millis(), newest(containers) + 1)
                : records.values().iterator().next().cutOff();
        for (Map.Entry<String, Path> container : containers.entrySet()) {
            SwitchOnRecord record = records.get(container.getKey());
            if (record == null || !record.keyId().equals(keyring.activeId())) {
                Files.createDirectories(container.getValue());
                SwitchOnRecord.write(container.getValue(), cutOff, keyring, random);
            }
        }
        if (records.isEmpty()) {
            LOG.info(
                    "Encryption of the content repository is switched on; claims are sealed from {} on",
                    Instant.ofEpochMilli(cutOff));
        }
        if (readPlainClaims) {
            LOG.warn(
                    "Plain claims from before {} are read as they are ({}=true). Set it to false when they are gone",
                    Instant.ofEpochMilli(cutOff),
                    EncryptionSettings.READ_PLAIN_CLAIMS);
        }
        return new SwitchOn(OptionalLong.of(cutOff), readPlainClaims);
    }

    /** Whether the file of this resource claim is read as it is. */
    boolean isPlain(ResourceClaim resource) {
        return readPlainClaims && isOlder(resource);
    }

    /** Whether the file is older than the switch-on, or its name hides its age. */
    boolean isOlder(ResourceClaim resource) {
        OptionalLong made = madeAt(resource.getId());
        return cutOff.isPresent() && made.isPresent() && made.getAsLong() < cutOff.getAsLong();
    }

    /**
     * Whether files that are made now can be told from those of before the switch-on: not while the clock is behind it.
     */
    boolean isBefore(long now) {
        return cutOff.isPresent() && now < cutOff.getAsLong();
    }

    Optional<Instant> time() {
        return cutOff.isPresent() ? Optional.of(Instant.ofEpochMilli(cutOff.getAsLong())) : Optional.empty();
    }

    /** The time that a file's name tells: all before the first dash, in milliseconds. */
    static OptionalLong madeAt(String id) {
        int dash = id.indexOf('-');
        if (dash <= 0 || dash > 18 || dash == id.length() - 1) {
            return OptionalLong.empty();
        }
        long millis = 0;
        for (int i = 0; i < id.length(); i++) {
            char character = id.charAt(i);
            if (i == dash) {
                continue;
            }
            if (character < '0' || character > '9') {
                return OptionalLong.empty();
            }
            if (i < dash) {
                millis = millis * 10 + (character - '0');
            }
        }
        return OptionalLong.of(millis);
    }

    private static long newest(Map<String, Path> containers) throws IOException {
        long newest = 0;
        for (Path container : containers.values()) {
            for (Path section : sections(container)) {
                try (Stream<Path> files = Files.list(section)) {
                    newest = Math.max(
                            newest,
                            files.mapToLong(file -> madeAt(file.getFileName().toString())
                                            .orElse(0))
                                    .max()
                                    .orElse(0));
                }
            }
        }
        return newest;
    }

    private static void requireNothingSealed(Map<String, Path> containers) throws IOException {
        for (Path container : containers.values()) {
            for (Path section : sections(container)) {
                try (Stream<Path> files = Files.list(section)) {
                    for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                        if (isSealed(file)) {
                            throw new KeyringException("The file " + SwitchOnRecord.FILE_NAME
                                    + " is missing in the content repository " + containers.values()
                                    + " though there are sealed claims (" + file
                                    + "): when encryption was switched on cannot be told. Restore it from a backup");
                        }
                    }
                }
            }
        }
    }

    private static boolean isSealed(Path path) throws IOException {
        try (ClaimFile file = ClaimFile.open(path)) {
            StreamWalk.measure(file, 0);
            return true;
        } catch (NotSealedException e) {
            return false;
        } catch (SealedDataException e) {
            return true;
        }
    }

    private static Iterable<Path> sections(Path container) {
        return () -> Stream.iterate(0, section -> section + 1)
                .limit(FileSystemRepository.SECTIONS_PER_CONTAINER)
                .map(section -> container.resolve(String.valueOf(section)))
                .flatMap(section -> Stream.of(section, section.resolve(FileSystemRepository.ARCHIVE_DIR_NAME)))
                .filter(Files::isDirectory)
                .iterator();
    }
}
