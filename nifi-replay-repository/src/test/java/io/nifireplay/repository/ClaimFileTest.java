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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimFileTest {
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void readsWhatIsThereInAnyOrderWhileTheFileGrows(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Path path = Files.createTempFile("claim", ".file");
        byte[] content = new byte[0];
        try (ClaimFile file = ClaimFile.open(path, 0)) {
            for (int i = 0; i < 100; i++) {
                if (random.nextInt(4) == 0) {
                    byte[] more = new byte[random.nextInt(20_000)];
                    random.nextBytes(more);
                    Files.write(path, more, StandardOpenOption.APPEND);
                    int length = content.length;
                    content = Arrays.copyOf(content, length + more.length);
                    System.arraycopy(more, 0, content, length, more.length);
                }
                // Mostly near the end, where what was read ahead ends, too.
                int from = random.nextBoolean()
                        ? random.nextInt(content.length + 10)
                        : Math.max(0, content.length - random.nextInt(5_000));
                byte[] target = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : 10_000)];
                int count = file.read(from, target, 0, target.length);
                if (from >= content.length) {
                    assertThat(count).isNegative();
                } else {
                    assertThat(count).isPositive();
                    assertThat(Arrays.copyOf(target, count)).isEqualTo(Arrays.copyOfRange(content, from, from + count));
                }
            }
        } finally {
            Files.delete(path);
        }
    }

    @Test
    void hasSmallReadsThatFollowEachOtherFromOneReadOfTheFile(@TempDir Path folder) throws IOException {
        Path path = Files.write(folder.resolve("file"), new byte[100_000]);
        byte[] target = new byte[1_000];
        try (ClaimFile file = ClaimFile.open(path, 0)) {
            file.read(0, target, 0, target.length);
            file.read(1_000, target, 0, target.length);
            // What was read ahead is not read again, even if somebody writes there, which nobody does.
            byte[] changed = new byte[100_000];
            Arrays.fill(changed, (byte) 7);
            Files.write(path, changed, StandardOpenOption.WRITE);
            file.read(2_000, target, 0, target.length);
            assertThat(target).containsOnly(0);
            file.read(50_000, target, 0, target.length);
            assertThat(target).containsOnly(7);
        }
    }
}
