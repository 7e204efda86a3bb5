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
package io.nifireplay.systemtest.instance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * NARs that NiFi unpacked at an earlier start, lent to the next home as hard links: in {@code store}, below the digest
 * of the NAR that each came from, so that another build's are never taken for this one's.
 *
 * <p>At each start NiFi reads all its NARs, of some 300 MB, to compare their SHA-256 with the one beside what it unpacked.
 * Where {@link #HOLLOW_PROPERTY} is set, a NAR whose content is lent is therefore hollow: it has its manifest and nothing
 * else. What runs is what NiFi unpacked from the whole NAR.
 */
final class UnpackedNars {
    /** System property that lends hollow NARs if it is {@code true}: for homes that are not kept. */
    static final String HOLLOW_PROPERTY = "nifireplay.hollow.nars";

    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String UNPACKED = "-unpacked";
    /** What comes before the name of a folder that is not whole. */
    private static final String DRAFT = ".";
    /** Where NiFi writes the SHA-256 of the NAR that it unpacked. */
    private static final String DIGEST = "nar-digest";
    /** Of NARs of the distribution, which no build changes while this JVM runs. */
    private static final Map<Path, String> DIGESTS = new ConcurrentHashMap<>();

    private final Path store;

    UnpackedNars(Path store) {
        this.store = store;
    }

    /**
     * Puts what an earlier start unpacked of a NAR into a home's working folder.
     *
     * @param hollow where the hollow NAR is to lie
     * @return whether the hollow NAR is there, in place of the whole one
     */
    boolean lend(Path nar, Path work, Path hollow) {
        Optional<Path> kept =
                Distribution.list(store.resolve(digest(nar))).stream().findFirst();
        if (kept.isEmpty()) {
            return false;
        }
        String name = nar.getFileName() + UNPACKED;
        Path unpacked = work.resolve(kept.get().getFileName()).resolve(name);
        linkTree(kept.get().resolve(name), unpacked);
        if (!Boolean.getBoolean(HOLLOW_PROPERTY)) {
            return false;
        }
        try {
            // A new file: the store has a link to the old one.
            Files.delete(unpacked.resolve(DIGEST));
            Files.write(unpacked.resolve(DIGEST), writeHollow(unpacked.resolve(MANIFEST), hollow));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + hollow, e);
        }
    }

    /** Keeps what NiFi unpacked of a NAR, if it is there and not kept yet; what earlier builds left of it is deleted. */
    void keep(Path nar, Path work) {
        String digest = digest(nar);
        Path kept = store.resolve(digest);
        if (Files.exists(kept)) {
            return;
        }
        String name = nar.getFileName() + UNPACKED;
        for (Path kind : Distribution.list(work)) {
            Path unpacked = kind.resolve(name);
            if (isOf(digest, unpacked)) {
                earlierBuilds(name, kept).forEach(this::discard);
                publish(unpacked, kind.getFileName().resolve(name), kept);
            }
        }
    }

    /** What was kept of a NAR of this name, but for drafts of others and what they have just published. */
    private List<Path> earlierBuilds(String name, Path kept) {
        return Distribution.list(store).stream()
                .filter(other ->
                        !other.equals(kept) && !other.getFileName().toString().startsWith(DRAFT))
                .filter(other -> Distribution.list(other).stream().anyMatch(kind -> Files.exists(kind.resolve(name))))
                .toList();
    }

    private void discard(Path kept) {
        Path draft = draft();
        try {
            Files.move(kept, draft, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another run was faster.
            return;
        }
        Homes.delete(draft);
    }

    private Path draft() {
        return store.resolve(DRAFT + UUID.randomUUID());
    }

    private static boolean isOf(String digest, Path unpacked) {
        try {
            return Files.exists(unpacked)
                    && digest.equals(HexFormat.of().formatHex(Files.readAllBytes(unpacked.resolve(DIGEST))));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the digest in " + unpacked, e);
        }
    }

    /** Appears whole or not at all, for others may do the same at the same time. */
    private void publish(Path unpacked, Path place, Path kept) {
        Path draft = draft();
        linkTree(unpacked, draft.resolve(place));
        try {
            Files.move(draft, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another run was faster; its copy serves as well.
            Homes.delete(draft);
        }
    }

    /** Writes a NAR with this manifest and nothing else; its SHA-256. */
    private static byte[] writeHollow(Path manifest, Path nar) throws IOException {
        MessageDigest digest = sha256();
        try (ZipOutputStream zip = new ZipOutputStream(new DigestOutputStream(Files.newOutputStream(nar), digest))) {
            zip.putNextEntry(new ZipEntry(MANIFEST));
            Files.copy(manifest, zip);
        }
        return digest.digest();
    }

    private static String digest(Path nar) {
        return DIGESTS.computeIfAbsent(nar, file -> {
            MessageDigest digest = sha256();
            try (InputStream in = Files.newInputStream(file)) {
                in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read " + file, e);
            }
            return HexFormat.of().formatHex(digest.digest());
        });
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    private static void linkTree(Path source, Path target) {
        try (Stream<Path> tree = Files.walk(source)) {
            tree.forEach(file -> {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    NiFiHome.create(copy);
                } else {
                    NiFiHome.link(file, copy);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot link " + source + " to " + target, e);
        }
    }
}
