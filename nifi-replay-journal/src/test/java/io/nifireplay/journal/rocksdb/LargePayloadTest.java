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
package io.nifireplay.journal.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.testing.ChildJvm;
import io.nifireplay.journal.testing.GeneratedContent;
import io.nifireplay.journal.testing.Hashes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A content that is larger than the heap. */
class LargePayloadTest {
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    Path directory;

    @Test
    void aGibibytePassesThroughAHeapOf512Megabytes() throws Exception {
        String expected = Hashes.sha256(new GeneratedContent(1, GIBIBYTE));
        try (ChildJvm child = ChildJvm.start(
                directory.resolve("scratch"),
                List.of("-Xmx512m"),
                LargePayload.class,
                directory.resolve("journal").toString(),
                Long.toString(GIBIBYTE))) {
            assertThat(child.await(180)).isZero();
            assertThat(child.line()).as("hash at admission").isEqualTo(expected);
            assertThat(child.line()).as("hash of what was read back").isEqualTo(expected);
            assertThat(child.line()).isEqualTo(Long.toString(GIBIBYTE));
        }
    }
}
