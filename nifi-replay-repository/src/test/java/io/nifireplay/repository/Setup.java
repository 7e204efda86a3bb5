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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.apache.nifi.controller.repository.ContentRepository;
import org.apache.nifi.controller.repository.FileSystemRepository;
import org.apache.nifi.util.NiFiProperties;

/**
 * How a repository is set up: NiFi's own without a keyring, ours with one.
 *
 * @param root the folder of the containers
 * @param containers how many there are
 * @param properties of nifi.properties, in place of the usual ones
 */
record Setup(
        Path root,
        int containers,
        Map<String, String> properties,
        Optional<Keyring> keyring,
        boolean readPlainClaims,
        InstantSource clock) {
    static Setup plain(Path root) {
        return new Setup(root, 1, Map.of(), Optional.empty(), false, InstantSource.system());
    }

    static Setup sealed(Path root) {
        return plain(root).withKeyring(keyring("first"));
    }

    Setup withKeyring(Keyring other) {
        return new Setup(root, containers, properties, Optional.of(other), readPlainClaims, clock);
    }

    Setup withContainers(int count) {
        return new Setup(root, count, properties, keyring, readPlainClaims, clock);
    }

    Setup readingPlainClaims(boolean read) {
        return new Setup(root, containers, properties, keyring, read, clock);
    }

    Setup withClock(InstantSource other) {
        return new Setup(root, containers, properties, keyring, readPlainClaims, other);
    }

    Setup with(String name, String value) {
        Map<String, String> more = new HashMap<>(properties);
        more.put(name, value);
        return new Setup(root, containers, more, keyring, readPlainClaims, clock);
    }

    /** Files are filled up to this size, as NiFi writes it, such as {@code 1 MB}. */
    Setup appendableTo(String size) {
        return with("nifi.content.claim.max.appendable.size", size);
    }

    Setup archiving() {
        return with("nifi.content.repository.archive.enabled", "true");
    }

    Path container(int index) {
        return root.resolve("container" + index);
    }

    List<Path> containerPaths() {
        return IntStream.range(0, containers).mapToObj(this::container).toList();
    }

    NiFiProperties niFiProperties() {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < containers; i++) {
            all.put(
                    "nifi.content.repository.directory.container" + i,
                    container(i).toString());
        }
        all.put("nifi.content.repository.archive.enabled", "false");
        all.put("nifi.content.repository.archive.max.usage.percentage", "99%");
        all.put("nifi.content.repository.archive.backpressure.percentage", "100%");
        all.putAll(properties);
        return new NiFiProperties(all);
    }

    OpenRepository open() {
        try {
            return OpenRepository.of(keyring.isEmpty() ? new FileSystemRepository(niFiProperties()) : encrypted());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ContentRepository encrypted() throws IOException {
        return new EncryptedContentRepository(
                niFiProperties(),
                new EncryptionSettings(keyring.orElseThrow(), readPlainClaims),
                clock,
                new SecureRandom());
    }

    /** A keyring whose first id is the active one; the same id has the same key each time. */
    static Keyring keyring(String... ids) {
        Map<String, SecretKey> keys = new HashMap<>();
        for (String id : ids) {
            keys.put(id, new SecretKeySpec(bytes(32, id.hashCode()), "AES"));
        }
        return Keyring.of(ids[0], keys);
    }

    /** Bytes that look random, the same for the same seed. */
    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
