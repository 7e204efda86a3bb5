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
package io.nifireplay.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogTest {
    /** More than a segment, so that the next one begins at the next checkpoint. */
    private static final List<byte[]> MANY = Collections.nCopies(300, new byte[60_000]);

    private static final List<byte[]> ONE = List.of(new byte[] {1});

    @TempDir
    Path directory;

    @Test
    void aSegmentGoesOnlyOnceAllOfItIsPublishedHoweverFarPublicationLags() throws IOException {
        try (WriteAheadLog log = opened()) {
            log.append(0, MANY);
            // What is published ends at 100; what is acknowledged, and nowhere else, begins there.
            log.roll();
            log.append(300, ONE);
            log.deleteBelow(100);
        }
        assertThat(recovered()).isEqualTo(301);

        try (WriteAheadLog log = opened()) {
            log.deleteBelow(300);
        }
        assertThat(recovered()).as("entries behind what is published").isEqualTo(1);
    }

    private WriteAheadLog opened() throws IOException {
        WriteAheadLog log = WriteAheadLog.open(directory);
        log.begin(log.recover().stream()
                .mapToLong(record -> record.first() + record.entries().size())
                .max()
                .orElse(0));
        return log;
    }

    private int recovered() throws IOException {
        try (WriteAheadLog log = WriteAheadLog.open(directory)) {
            return log.recover().stream()
                    .mapToInt(record -> record.entries().size())
                    .sum();
        }
    }
}
