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

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.ContentClaimWriteCache;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaimWriteCache;
import org.apache.nifi.controller.repository.io.ContentClaimOutputStream;
import org.apache.nifi.controller.repository.metrics.NanoTimePerformanceTracker;
import org.apache.nifi.processor.DataUnit;
import org.apache.nifi.stream.io.StreamUtils;

/**
 * NiFi's own repository is the oracle: the same random sequences of operations on it and on ours give the same bytes, the
 * same lengths and the same claimant counts.
 */
class FileSystemRepositoryOracleTest {
    private static Path root;
    private static Map<String, Sides> shared;

    private record Sides(OpenRepository plain, OpenRepository sealed, long appendable) {}

    @BeforeContainer
    static void openOnce() throws IOException {
        // Making a repository makes 2,048 folders: all tries share three pairs of them.
        root = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "oracle");
        shared = new HashMap<>();
        for (String appendable : List.of("1 B", "100 MB", "20 KB")) {
            shared.put(appendable, open(root.resolve(appendable.replace(" ", "")), appendable));
        }
    }

    private static Sides open(Path folder, String appendable) {
        Setup plain = Setup.plain(folder.resolve("plain"))
                .withContainers(2)
                .appendableTo(appendable)
                .archiving();
        Setup sealed = Setup.sealed(folder.resolve("sealed"))
                .withContainers(2)
                .appendableTo(appendable)
                .archiving();
        return new Sides(
                plain.open(),
                sealed.open(),
                DataUnit.parseDataSize(appendable, DataUnit.B).longValue());
    }

    @AfterContainer
    static void closeAll() {
        shared.values().forEach(sides -> {
            sides.plain().close();
            sides.sealed().close();
        });
        Folders.delete(root);
    }

    /** One claim in both repositories, and what it holds. */
    private static final class Claim {
        final StandardContentClaim plain;
        final StandardContentClaim sealed;
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        boolean removed;

        Claim(ContentClaim plain, ContentClaim sealed) {
            this.plain = (StandardContentClaim) plain;
            this.sealed = (StandardContentClaim) sealed;
        }
    }

    /** A pair of streams that are open, and the claim that they write. */
    private record Writing(OutputStream plain, OutputStream sealed, Claim claim) {}

    /** Streams of each side that were opened at the same time, and how much was read from them. */
    private record Reading(InputStream plain, InputStream sealed, Claim claim) {}

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void sequencesOfOperationsGiveTheSameBytesAndTheSameCounts(@ForAll long seed) throws IOException {
        for (String appendable : List.of("1 B", "100 MB", "20 KB")) {
            new Sequence(shared.get(appendable), seed, !appendable.equals("20 KB")).run(60);
        }
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void claimsAreTheSameAfterARestart(@ForAll long seed) throws IOException {
        Path folder = Files.createTempDirectory(root, "restart");
        Sides before = open(folder, "1 MB");
        Sequence sequence = new Sequence(before, seed, false);
        sequence.run(80);
        sequence.closeAll();
        before.plain().close();
        before.sealed().close();

        Sides after = open(folder, "1 MB");
        for (Claim claim : sequence.claims) {
            if (claim.removed || claim.plain.getLength() < 0) {
                continue;
            }
            byte[] content = claim.content.toByteArray();
            assertThat(after.sealed().read(after.sealed().restored(claim.sealed)))
                    .isEqualTo(content);
            assertThat(after.plain().read(after.plain().restored(claim.plain))).isEqualTo(content);
        }
        after.plain().close();
        after.sealed().close();
        Folders.delete(folder);
    }

    /** A random sequence of operations, run on both sides at once. */
    private static final class Sequence {
        private final Sides sides;
        private final Random random;
        private final boolean sameFiles;
        private final List<Claim> claims = new ArrayList<>();
        private final List<Writing> writing = new ArrayList<>();
        private final List<Reading> reading = new ArrayList<>();
        private final ContentClaimWriteCache plainCache;
        private final ContentClaimWriteCache sealedCache;
        private final List<String> done = new ArrayList<>();

        /** @param sameFiles whether both sides put the same claims into one file, so that counts of claimants are alike */
        Sequence(Sides sides, long seed, boolean sameFiles) {
            this.sides = sides;
            this.random = new Random(seed);
            this.sameFiles = sameFiles;
            plainCache = cache(sides.plain());
            sealedCache = cache(sides.sealed());
        }

        private ContentClaimWriteCache cache(OpenRepository side) {
            return new StandardContentClaimWriteCache(
                    side.repository(), new NanoTimePerformanceTracker(), sides.appendable(), 8_192);
        }

        void run(int operations) throws IOException {
            try {
                for (int i = 0; i < operations; i++) {
                    operate();
                }
                closeAll();
                for (Claim claim : claims) {
                    compare(claim);
                }
            } catch (Throwable e) {
                throw new AssertionError("After " + done, e);
            }
        }

        void closeAll() throws IOException {
            while (!writing.isEmpty()) {
                close(writing.removeFirst());
            }
            plainCache.reset();
            sealedCache.reset();
            for (Reading open : reading) {
                open.plain().close();
                open.sealed().close();
            }
            reading.clear();
        }

        private void operate() throws IOException {
            switch (random.nextInt(19)) {
                case 0 -> begin();
                case 1, 2, 3 -> writing().ifPresentOrElse(this::writeSome, this::begin);
                case 4 -> next();
                case 5 -> {
                    if (!writing.isEmpty()) {
                        close(writing.remove(random.nextInt(writing.size())));
                    }
                }
                case 6, 7 -> writeThroughTheCache();
                case 8 -> {
                    done.add("reset cache");
                    plainCache.reset();
                    sealedCache.reset();
                }
                case 9 -> copy();
                case 10 -> importSome();
                case 11 -> exportWhole();
                case 12 -> exportPart();
                case 13 -> count();
                case 14 -> remove();
                case 15 -> beginReading();
                case 16 -> readOn();
                case 17 -> readSlice();
                default -> {
                    if (!claims.isEmpty()) {
                        compare(any());
                    }
                }
            }
        }

        private void begin() {
            done.add("create");
            try {
                Claim claim = added(
                        sides.plain().repository().create(false),
                        sides.sealed().repository().create(false));
                writing.add(new Writing(
                        sides.plain().repository().write(claim.plain),
                        sides.sealed().repository().write(claim.sealed),
                        claim));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void next() throws IOException {
            if (writing.isEmpty()) {
                return;
            }
            done.add("new content claim");
            Writing open = writing.remove(random.nextInt(writing.size()));
            ContentClaim plain = ((ContentClaimOutputStream) open.plain()).newContentClaim();
            ContentClaim sealed = ((ContentClaimOutputStream) open.sealed()).newContentClaim();
            writing.add(new Writing(open.plain(), open.sealed(), added(plain, sealed)));
        }

        private void writeSome(Writing open) {
            try {
                switch (random.nextInt(5)) {
                    case 0 -> {
                        done.add("write 1");
                        int value = random.nextInt();
                        open.plain().write(value);
                        open.sealed().write(value);
                        open.claim().content.write(value);
                    }
                    case 1 -> {
                        done.add("flush");
                        open.plain().flush();
                        open.sealed().flush();
                    }
                    case 2 -> {
                        byte[] bytes = bytes();
                        int from = random.nextInt(bytes.length + 1);
                        int length = random.nextInt(bytes.length - from + 1);
                        done.add("write part " + length);
                        open.plain().write(bytes, from, length);
                        open.sealed().write(bytes, from, length);
                        open.claim().content.write(bytes, from, length);
                    }
                    default -> {
                        byte[] bytes = bytes();
                        done.add("write " + bytes.length);
                        open.plain().write(bytes);
                        open.sealed().write(bytes);
                        open.claim().content.write(bytes);
                    }
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            assertThat(open.claim().sealed.getLength())
                    .isEqualTo(open.claim().plain.getLength());
        }

        private void close(Writing open) throws IOException {
            done.add("close");
            open.plain().close();
            open.sealed().close();
            assertThat(open.claim().sealed.getLength())
                    .isEqualTo(open.claim().plain.getLength())
                    .isEqualTo(open.claim().content.size());
        }

        private void writeThroughTheCache() throws IOException {
            Claim claim = added(plainCache.getContentClaim(), sealedCache.getContentClaim());
            done.add("cache claim");
            try (OutputStream plain = plainCache.write(claim.plain);
                    OutputStream sealed = sealedCache.write(claim.sealed)) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    byte[] bytes = bytes();
                    done.add("cache write " + bytes.length);
                    plain.write(bytes);
                    sealed.write(bytes);
                    claim.content.write(bytes);
                }
            }
            if (random.nextBoolean()) {
                plainCache.flush(claim.plain);
                sealedCache.flush(claim.sealed);
                compare(claim);
            }
        }

        private void copy() throws IOException {
            if (claims.isEmpty()) {
                return;
            }
            Claim original = readable();
            if (original == null) {
                return;
            }
            done.add("clone " + claims.indexOf(original));
            Claim claim = added(
                    sides.plain().repository().clone(original.plain, false),
                    sides.sealed().repository().clone(original.sealed, false));
            claim.content.write(original.content.toByteArray());
            compare(claim);
        }

        private void importSome() throws IOException {
            byte[] bytes = bytes();
            done.add("import " + bytes.length);
            Claim claim = added(
                    sides.plain().repository().create(true),
                    sides.sealed().repository().create(true));
            claim.content.write(bytes);
            long plain;
            long sealed;
            if (random.nextBoolean()) {
                plain = sides.plain().repository().importFrom(new ByteArrayInputStream(bytes), claim.plain);
                sealed = sides.sealed().repository().importFrom(new ByteArrayInputStream(bytes), claim.sealed);
            } else {
                Path file = Files.write(root.resolve("import"), bytes);
                plain = sides.plain().repository().importFrom(file, claim.plain);
                sealed = sides.sealed().repository().importFrom(file, claim.sealed);
            }
            assertThat(sealed).isEqualTo(plain).isEqualTo(bytes.length);
            compare(claim);
        }

        private void exportWhole() throws IOException {
            Claim claim = readable();
            if (claim == null) {
                return;
            }
            done.add("export " + claims.indexOf(claim));
            if (random.nextBoolean()) {
                ByteArrayOutputStream plain = new ByteArrayOutputStream();
                ByteArrayOutputStream sealed = new ByteArrayOutputStream();
                assertThat(sides.sealed().repository().exportTo(claim.sealed, sealed))
                        .isEqualTo(sides.plain().repository().exportTo(claim.plain, plain));
                assertThat(sealed.toByteArray()).isEqualTo(plain.toByteArray()).isEqualTo(claim.content.toByteArray());
            } else {
                boolean append = random.nextBoolean();
                Path plain = Files.write(root.resolve("plain"), new byte[] {1, 2, 3});
                Path sealed = Files.write(root.resolve("sealed"), new byte[] {1, 2, 3});
                assertThat(sides.sealed().repository().exportTo(claim.sealed, sealed, append))
                        .isEqualTo(sides.plain().repository().exportTo(claim.plain, plain, append));
                assertThat(sealed).hasSameBinaryContentAs(plain);
            }
        }

        private void exportPart() throws IOException {
            Claim claim = readable();
            if (claim == null) {
                return;
            }
            byte[] content = claim.content.toByteArray();
            int from = random.nextInt(content.length + 1);
            int length = random.nextInt(content.length - from + 1);
            done.add("export " + claims.indexOf(claim) + " from " + from + " length " + length);
            byte[] expected = Arrays.copyOfRange(content, from, from + length);
            if (random.nextBoolean()) {
                ByteArrayOutputStream plain = new ByteArrayOutputStream();
                ByteArrayOutputStream sealed = new ByteArrayOutputStream();
                assertThat(sides.sealed().repository().exportTo(claim.sealed, sealed, from, length))
                        .isEqualTo(sides.plain().repository().exportTo(claim.plain, plain, from, length));
                assertThat(sealed.toByteArray()).isEqualTo(plain.toByteArray()).isEqualTo(expected);
            } else {
                boolean append = random.nextBoolean();
                Path plain = Files.write(root.resolve("plain"), new byte[] {1, 2, 3});
                Path sealed = Files.write(root.resolve("sealed"), new byte[] {1, 2, 3});
                assertThat(sides.sealed().repository().exportTo(claim.sealed, sealed, append, from, length))
                        .isEqualTo(sides.plain().repository().exportTo(claim.plain, plain, append, from, length));
                assertThat(sealed).hasSameBinaryContentAs(plain);
            }
        }

        private void count() {
            if (claims.isEmpty()) {
                return;
            }
            Claim claim = any();
            if (claim.removed) {
                return;
            }
            boolean more = random.nextBoolean() || sides.plain().repository().getClaimantCount(claim.plain) <= 0;
            int plain = more
                    ? sides.plain().repository().incrementClaimaintCount(claim.plain)
                    : sides.plain().repository().decrementClaimantCount(claim.plain);
            int sealed = more
                    ? sides.sealed().repository().incrementClaimaintCount(claim.sealed)
                    : sides.sealed().repository().decrementClaimantCount(claim.sealed);
            done.add((more ? "increment " : "decrement ") + claims.indexOf(claim));
            if (sameFiles) {
                assertThat(sealed).isEqualTo(plain);
            }
        }

        /** Removes a claim whose file nobody else has; NiFi asks for that only when the count has come to nothing. */
        private void remove() {
            if (claims.isEmpty() || !sameFiles) {
                return;
            }
            Claim claim = any();
            boolean plain = sides.plain().repository().remove(claim.plain);
            boolean sealed = sides.sealed().repository().remove(claim.sealed);
            done.add("remove " + claims.indexOf(claim) + " " + plain);
            assertThat(sealed).isEqualTo(plain);
            if (plain) {
                claims.stream()
                        .filter(other -> other.plain.getResourceClaim().equals(claim.plain.getResourceClaim()))
                        .forEach(other -> other.removed = true);
            }
        }

        private void beginReading() throws IOException {
            Claim claim = readable();
            if (claim != null) {
                done.add("begin to read " + claims.indexOf(claim));
                reading.add(new Reading(
                        sides.plain().repository().read(claim.plain),
                        sides.sealed().repository().read(claim.sealed),
                        claim));
            }
        }

        /** Goes on with a stream that was opened before, of a claim that may have grown since. */
        private void readOn() throws IOException {
            if (reading.isEmpty()) {
                return;
            }
            Reading open = reading.get(random.nextInt(reading.size()));
            if (open.claim().plain.getLength() < 0) {
                return;
            }
            int length = random.nextInt(100_000);
            done.add("read on " + claims.indexOf(open.claim()) + " " + length);
            if (random.nextInt(4) == 0) {
                assertThat(open.sealed().skip(length)).isEqualTo(open.plain().skip(length));
            } else {
                assertThat(open.sealed().readNBytes(length))
                        .isEqualTo(open.plain().readNBytes(length));
            }
        }

        /** As NiFi reads a FlowFile that is a part of a claim, and as it reads that part by a provenance event. */
        private void readSlice() throws IOException {
            Claim claim = readable();
            if (claim == null || claim.content.size() == 0) {
                return;
            }
            byte[] content = claim.content.toByteArray();
            int from = random.nextInt(content.length);
            int length = 1 + random.nextInt(content.length - from);
            done.add("slice " + claims.indexOf(claim) + " from " + from + " length " + length);
            byte[] expected = Arrays.copyOfRange(content, from, from + length);
            try (InputStream in = sides.sealed().repository().read(claim.sealed)) {
                StreamUtils.skip(in, from);
                assertThat(in.readNBytes(length)).isEqualTo(expected);
            }
            for (long known : new long[] {-1, length}) {
                ContentClaim event = sides.sealed().restored(claim.sealed, claim.sealed.getOffset() + from, known);
                try (InputStream in = sides.sealed().repository().read(event)) {
                    assertThat(in.readNBytes(length)).isEqualTo(expected);
                }
            }
        }

        private void compare(Claim claim) throws IOException {
            assertThat(sides.sealed().repository().isAccessible(claim.sealed))
                    .isEqualTo(sides.plain().repository().isAccessible(claim.plain));
            assertThat(claim.sealed.getLength()).isEqualTo(claim.plain.getLength());
            if (sameFiles) {
                assertThat(sides.sealed().repository().getClaimantCount(claim.sealed))
                        .isEqualTo(sides.plain().repository().getClaimantCount(claim.plain));
            }
            if (claim.removed) {
                return;
            }
            plainCache.flush(claim.plain);
            sealedCache.flush(claim.sealed);
            byte[] content = claim.content.toByteArray();
            long unknown = sides.sealed()
                    .repository()
                    .size(sides.sealed().restored(claim.sealed, claim.sealed.getOffset(), -1));
            if (content.length > 0) {
                assertThat(unknown).isEqualTo(content.length);
                assertThat(sides.sealed().read(claim.sealed))
                        .isEqualTo(sides.plain().read(claim.plain))
                        .isEqualTo(content);
            }
            if (claim.plain.getLength() >= 0) {
                assertThat(sides.sealed().repository().size(claim.sealed))
                        .isEqualTo(sides.plain().repository().size(claim.plain));
            }
        }

        private Optional<Writing> writing() {
            return writing.isEmpty() ? Optional.empty() : Optional.of(writing.get(random.nextInt(writing.size())));
        }

        private Claim added(ContentClaim plain, ContentClaim sealed) {
            Claim claim = new Claim(plain, sealed);
            claims.add(claim);
            return claim;
        }

        private Claim any() {
            return claims.get(random.nextInt(claims.size()));
        }

        /** A claim that can be read, flushed first as a session does; null when there is none. */
        private Claim readable() throws IOException {
            if (claims.isEmpty()) {
                return null;
            }
            Claim claim = any();
            plainCache.flush(claim.plain);
            sealedCache.flush(claim.sealed);
            return claim.removed || claim.plain.getLength() < 0 ? null : claim;
        }

        private byte[] bytes() {
            int length = switch (random.nextInt(6)) {
                case 0 -> 0;
                case 1 -> 65_536 * (1 + random.nextInt(2));
                case 2 -> random.nextInt(200_000);
                default -> random.nextInt(3_000);
            };
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }
}
