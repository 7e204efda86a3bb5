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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.nifi.controller.repository.ContentNotFoundException;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.io.ContentClaimOutputStream;
import org.apache.nifi.stream.io.StreamUtils;

/** What was changed on disk does not open, and says which claim it is; never do wrong bytes come out. */
class DamagedClaimTest {
    private static Path folder;
    private static Setup setup;
    private static OpenRepository open;
    private static Map<ContentClaim, byte[]> claims;
    private static Map<Path, byte[]> files;

    @BeforeContainer
    static void writeTwoFilesOfClaims() throws IOException {
        folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "damage");
        setup = Setup.sealed(folder).appendableTo("1 MB");
        open = setup.open();
        claims = new LinkedHashMap<>();
        Random random = new Random(1);
        for (int file = 0; file < 2; file++) {
            StandardContentClaim claim =
                    (StandardContentClaim) open.repository().create(false);
            try (ContentClaimOutputStream out =
                    (ContentClaimOutputStream) open.repository().write(claim)) {
                // The same sizes in both files: their claims lie at the same offsets.
                for (int size : new int[] {1_024, 1_024, 70_000, 1, 200_000, 65_536, 300}) {
                    byte[] content = new byte[size];
                    random.nextBytes(content);
                    out.write(content);
                    claims.put(claim, content);
                    claim = (StandardContentClaim) out.newContentClaim();
                }
                out.write(new byte[1_000_000]);
                claims.put(claim, new byte[1_000_000]);
            }
        }
        files = new LinkedHashMap<>();
        for (ContentClaim claim : claims.keySet()) {
            Path file = OpenRepository.file(setup, claim);
            files.put(file, Files.readAllBytes(file));
        }
        assertThat(files).hasSize(2);
    }

    @AfterContainer
    static void close() {
        open.close();
        Folders.delete(folder);
    }

    @Property(tries = 2_000, shrinking = ShrinkingMode.OFF)
    void whatWasChangedOpensAsItWasOrNotAtAll(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<Path> paths = List.copyOf(files.keySet());
        Path victim = paths.get(random.nextInt(paths.size()));
        byte[] bytes = change(files.get(victim), files.get(paths.get(1 - paths.indexOf(victim))), random);
        Files.write(victim, bytes);
        int opened = 0;
        try {
            for (Map.Entry<ContentClaim, byte[]> claim : claims.entrySet()) {
                if (OpenRepository.file(setup, claim.getKey()).equals(victim)) {
                    opened += readEveryWay(claim.getKey(), claim.getValue(), random) ? 1 : 0;
                }
            }
        } finally {
            Files.write(victim, files.get(victim));
        }
        if (!Arrays.equals(bytes, files.get(victim))) {
            assertThat(opened)
                    .as("claims of a changed file that still open whole")
                    .isLessThan(claims.size() / 2 + 1);
        }
    }

    /** Whether the whole claim could be read. */
    private static boolean readEveryWay(ContentClaim claim, byte[] content, Random random) throws IOException {
        int from = random.nextInt(content.length);
        int length = 1 + random.nextInt(content.length - from);
        byte[] slice = Arrays.copyOfRange(content, from, from + length);
        verified(claim, () -> {
            try (InputStream in = open.repository().read(claim)) {
                StreamUtils.skip(in, from);
                assertThat(in.readNBytes(length)).isEqualTo(slice);
            }
        });
        ContentClaim event = open.restored(claim, claim.getOffset() + from, length);
        verified(event, () -> assertThat(open.read(event)).isEqualTo(slice));
        ContentClaim unknown = open.restored(claim, claim.getOffset(), -1);
        verified(unknown, () -> assertThat(open.repository().size(unknown)).isEqualTo(content.length));
        return verified(claim, () -> assertThat(open.read(claim)).isEqualTo(content));
    }

    private interface Reading {
        void run() throws IOException;
    }

    private static boolean verified(ContentClaim claim, Reading reading) {
        Throwable thrown = catchThrowable(reading::run);
        if (thrown == null) {
            return true;
        }
        if (thrown instanceof AssertionError wrong) {
            throw wrong;
        }
        assertThat(thrown).isInstanceOfAny(IOException.class, ContentNotFoundException.class);
        assertThat(thrown).hasMessageContaining(claim.getResourceClaim().getId());
        return false;
    }

    private static byte[] change(byte[] original, byte[] other, Random random) {
        int from = random.nextInt(original.length);
        int length = 1 + random.nextInt(Math.min(100_000, original.length - from));
        byte[] bytes = original.clone();
        switch (random.nextInt(7)) {
            case 0 -> bytes[from] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(original, from);
            case 2 -> {
                // Cut out.
                bytes = new byte[original.length - length];
                System.arraycopy(original, 0, bytes, 0, from);
                System.arraycopy(original, from + length, bytes, from, original.length - from - length);
            }
            case 3 -> {
                // Repeated.
                bytes = new byte[original.length + length];
                System.arraycopy(original, 0, bytes, 0, from + length);
                System.arraycopy(original, from, bytes, from + length, original.length - from);
            }
            case 4 -> {
                // Swapped.
                int half = length / 2;
                System.arraycopy(original, from, bytes, from + half, half);
                System.arraycopy(original, from + half, bytes, from, half);
            }
            case 5 -> {
                // Taken from the same place of another file.
                int count = Math.min(length, other.length - from);
                System.arraycopy(other, from, bytes, from, Math.max(0, count));
            }
            default -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, from, length);
            }
        }
        return bytes;
    }

    @Example
    void aWholeFileInAnothersPlaceIsRefused() throws IOException {
        List<Path> paths = List.copyOf(files.keySet());
        Files.write(paths.get(0), files.get(paths.get(1)));
        try {
            for (ContentClaim claim : claimsOf(paths.get(0))) {
                assertThatThrownBy(() -> open.read(claim))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(claim.getResourceClaim().getId())
                        .hasMessageContaining("not what was written there");
            }
        } finally {
            Files.write(paths.get(0), files.get(paths.get(0)));
        }
    }

    @Example
    void aWholeClaimInThePlaceOfAnotherOfTheSameFileIsRefused() throws IOException {
        Path file = List.copyOf(files.keySet()).get(0);
        List<ContentClaim> inFile = claimsOf(file);
        ContentClaim first = inFile.get(0);
        ContentClaim second = inFile.get(1);
        byte[] bytes = files.get(file).clone();
        int length = (int) (second.getOffset() - first.getOffset());
        System.arraycopy(files.get(file), (int) first.getOffset(), bytes, (int) second.getOffset(), length);
        Files.write(file, bytes);
        try {
            assertThat(open.read(first)).isEqualTo(claims.get(first));
            assertThatThrownBy(() -> open.read(second))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("at offset " + second.getOffset())
                    .hasMessageContaining("not what was written there");
        } finally {
            Files.write(file, files.get(file));
        }
    }

    @Example
    void aPlainFileInASealedOnesPlaceIsRefused() throws IOException {
        Path file = List.copyOf(files.keySet()).get(0);
        Files.write(file, Setup.bytes(2_000_000, 7));
        try {
            for (ContentClaim claim : claimsOf(file)) {
                assertThatThrownBy(() -> open.read(claim))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(claim.getResourceClaim().getId())
                        .hasMessageContaining("No sealed stream begins");
            }
        } finally {
            Files.write(file, files.get(file));
        }
    }

    @Example
    void aMissingFileIsContentNotFound() throws IOException {
        Path file = List.copyOf(files.keySet()).get(0);
        Files.delete(file);
        try {
            ContentClaim claim = claimsOf(file).get(0);
            assertThatThrownBy(() -> open.read(claim))
                    .isInstanceOfSatisfying(
                            ContentNotFoundException.class,
                            e -> assertThat(e.getMissingClaim()).isSameAs(claim));
        } finally {
            Files.write(file, files.get(file));
        }
    }

    @Example
    void aFileThatEndsTooEarlyIsContentNotFoundAndItsOtherClaimsOpen() throws IOException {
        Path file = List.copyOf(files.keySet()).get(0);
        List<ContentClaim> inFile = claimsOf(file);
        ContentClaim cut = inFile.get(4);
        Files.write(file, Arrays.copyOf(files.get(file), (int) cut.getOffset() + 100_000));
        try {
            for (ContentClaim whole : inFile.subList(0, 4)) {
                assertThat(open.read(whole)).isEqualTo(claims.get(whole));
            }
            for (ContentClaim lost : inFile.subList(4, inFile.size())) {
                assertThatThrownBy(() -> open.read(lost))
                        .isInstanceOfSatisfying(
                                ContentNotFoundException.class,
                                e -> assertThat(e.getMissingClaim()).isSameAs(lost))
                        .hasMessageContaining(lost.getResourceClaim().getId());
            }
        } finally {
            Files.write(file, files.get(file));
        }
    }

    @Example
    void aClaimThatIsToBeLongerThanItsStreamIsNotReadShort() throws IOException {
        ContentClaim claim = claims.keySet().iterator().next();
        ContentClaim longer = open.restored(claim, claim.getOffset(), claim.getLength() + 1);
        assertThatThrownBy(() -> open.read(longer))
                .isInstanceOf(ContentNotFoundException.class)
                .hasMessageContaining("ends after 1024 of 1025 bytes");
        assertThatThrownBy(() -> open.repository().clone(longer, false)).isInstanceOf(ContentNotFoundException.class);
        assertThatThrownBy(() -> open.repository().exportTo(claim, new ByteArrayOutputStream(), 1_000, 25))
                .isInstanceOf(ContentNotFoundException.class)
                .hasMessageContaining("has 24 bytes from 1000 on, not 25");
    }

    @Example
    void skippingIntoADamagedStreamNamesTheClaim() throws IOException {
        Path file = List.copyOf(files.keySet()).get(0);
        byte[] whole = files.get(file);
        ContentClaim claim = open.restored(claimsOf(file).get(0), whole.length, -1);
        try (InputStream in = open.repository().read(claim)) {
            // A stream begins where there was nothing, and does not even have its header.
            Files.write(file, Arrays.copyOf(whole, 10), StandardOpenOption.APPEND);

            assertThatThrownBy(() -> in.skip(5))
                    .isInstanceOf(ContentNotFoundException.class)
                    .hasMessageContaining(claim.getResourceClaim().getId());
        } finally {
            Files.write(file, whole);
        }
    }

    private static List<ContentClaim> claimsOf(Path file) {
        List<ContentClaim> found = new ArrayList<>();
        for (ContentClaim claim : claims.keySet()) {
            if (OpenRepository.file(setup, claim).equals(file)) {
                found.add(claim);
            }
        }
        return found;
    }
}
