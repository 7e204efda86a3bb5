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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
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

    /** How far in the future the newest file may be for the cut-off to wait for it: a restart within its millisecond. */
    private static final long PATIENCE_MILLIS = 1_000;

    private final Map<String, Path> containers;
    private final Keyring keyring;
    private final boolean readPlainClaims;
    private final InstantSource clock;
    private final SecureRandom random;
    private OptionalLong cutOff = OptionalLong.empty();

    private SwitchOn(
            Map<String, Path> containers,
            Keyring keyring,
            boolean readPlainClaims,
            InstantSource clock,
            SecureRandom random) {
        this.containers = containers;
        this.keyring = keyring;
        this.readPlainClaims = readPlainClaims;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Reads the cut-off of these containers, or sets it when this is the first start with encryption. In a container
     * without one it is written, and so it is when its record lies under another key than the active one.
     *
     * @param readPlainClaims whether claims from before it may be read
     * @throws KeyringException when plain claims are to be read, but when encryption was switched on cannot be told
     * @throws IOException when the containers cannot be read or written
     */
    static SwitchOn open(
            Map<String, Path> containers,
            Keyring keyring,
            boolean readPlainClaims,
            InstantSource clock,
            SecureRandom random)
            throws IOException {
        SwitchOn opened = new SwitchOn(containers, keyring, readPlainClaims, clock, random);
        try {
            opened.readOrSet();
        } catch (KeyringException e) {
            if (readPlainClaims) {
                throw new KeyringException(
                        e.getMessage() + ". Or set " + EncryptionSettings.READ_PLAIN_CLAIMS + "=false", e);
            }
            LOG.warn("Claims from before encryption was switched on cannot be read: {}", e.getMessage());
        }
        if (readPlainClaims) {
            LOG.warn(
                    "Plain claims from before {} are read as they are ({}=true): set it to false when they are gone",
                    opened.time().orElseThrow(),
                    EncryptionSettings.READ_PLAIN_CLAIMS);
        }
        return opened;
    }

    private void readOrSet() throws IOException {
        Map<String, SwitchOnRecord> records = new TreeMap<>();
        for (Map.Entry<String, Path> container : containers.entrySet()) {
            SwitchOnRecord.read(container.getValue(), keyring)
                    .ifPresent(record -> records.put(container.getKey(), record));
        }
        if (records.values().stream().map(SwitchOnRecord::cutOff).distinct().count() > 1) {
            throw new KeyringException(
                    "The containers of the content repository disagree when encryption was switched on,"
                            + " so they come from different repositories: " + records + ". Put back the file "
                            + SwitchOnRecord.FILE_NAME + " that belongs into each");
        }
        if (records.isEmpty()) {
            cutOff = OptionalLong.of(cutOffBehind(RepositoryFiles.scan(containers.values())));
            LOG.info(
                    "Encryption of the content repository is switched on; claims from {} on are sealed",
                    time().orElseThrow());
        } else {
            cutOff = OptionalLong.of(records.values().iterator().next().cutOff());
        }
        for (Map.Entry<String, Path> container : containers.entrySet()) {
            SwitchOnRecord record = records.get(container.getKey());
            if (record == null || !record.keyId().equals(keyring.activeId())) {
                write(container.getValue());
            }
        }
    }

    private long cutOffBehind(RepositoryFiles files) throws KeyringException {
        if (files.sealed().isPresent()) {
            throw new KeyringException("The file " + SwitchOnRecord.FILE_NAME
                    + " is missing in the containers of the content repository, though there are sealed claims ("
                    + files.sealed().get()
                    + "): when encryption was switched on cannot be told. Restore it from a backup");
        }
        long now = clock.millis();
        long ahead = files.newest() + 1 - now;
        if (ahead <= 0) {
            return now;
        }
        if (ahead > PATIENCE_MILLIS) {
            LOG.warn(
                    "There are content claims from the future, up to {}: they cannot be told from sealed ones and will"
                            + " not be read",
                    Instant.ofEpochMilli(files.newest()));
            return now;
        }
        LockSupport.parkNanos(Duration.ofMillis(ahead).toNanos());
        return now + ahead;
    }

    /** Writes the record of the cut-off, if there is one, into each container. */
    void write() throws IOException {
        for (Path container : containers.values()) {
            write(container);
        }
    }

    private void write(Path container) throws IOException {
        if (cutOff.isPresent()) {
            Files.createDirectories(container);
            SwitchOnRecord.write(container, cutOff.getAsLong(), keyring, random);
        }
    }

    /** Whether the file of this resource claim is read as it is. */
    boolean isPlain(ResourceClaim resource) {
        return readPlainClaims && isOlder(resource);
    }

    /** Whether the file is older than the switch-on. */
    boolean isOlder(ResourceClaim resource) {
        if (cutOff.isEmpty()) {
            return false;
        }
        OptionalLong made = RepositoryFiles.madeAt(resource.getId());
        return made.isPresent() && made.getAsLong() < cutOff.getAsLong();
    }

    /** Whether a file that is made now could not be told from those of before the switch-on, because the clock is behind. */
    boolean isBehind() {
        return cutOff.isPresent() && clock.millis() < cutOff.getAsLong();
    }

    /** When encryption was switched on, if that is known. */
    Optional<Instant> time() {
        return cutOff.isPresent() ? Optional.of(Instant.ofEpochMilli(cutOff.getAsLong())) : Optional.empty();
    }
}
