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
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.testing.ChildJvm;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose files may grow no further, as on a full disk, until it is given room. */
class FullDiskTest {
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
    private static final int KILOBYTES = 200;

    @TempDir
    private Path directory;

    @Test
    void aFullDiskRefusesEntriesClearlyAndTheLogGoesOnWhenThereIsRoom() throws Exception {
        assumeTrue(Files.isExecutable(PRLIMIT), "prlimit of util-linux limits the size of files");
        try (ChildJvm child = ChildJvm.start(
                List.of(PRLIMIT.toString(), "--fsize=" + KILOBYTES * 1024 + ":unlimited", "--"),
                directory.resolve("scratch"),
                List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData"),
                Appender.class,
                directory.resolve("trail").toString())) {
            String refusal = child.line();
            assertThat(refusal).contains("The disk is full. Make room").contains("took nothing");
            new ProcessBuilder(PRLIMIT.toString(), "--pid", Long.toString(child.pid()), "--fsize=unlimited")
                    .start()
                    .waitFor();
            long size = Long.parseLong(child.line());
            assertThat(child.await(30)).isZero();
            VerificationReport report = LogVerifier.verify(VerificationRequest.of(
                    directory.resolve("trail/log"), Keys.signing(1).verifierKey()));
            assertThat(report.problems()).isEmpty();
            assertThat(report.entries()).isEqualTo(size);
        }
    }

    /** Appends until it is refused, says why, appends again until it is not, and says how many entries there are. */
    static final class Appender {
        private Appender() {}

        public static void main(String[] arguments) throws InterruptedException {
            try (TransparencyLog log = TransparencyLog.open(LogOptions.defaults(Path.of(arguments[0]), Keys.signing(1))
                    .withCheckpointInterval(Duration.ZERO))) {
                boolean isTold = false;
                while (true) {
                    try {
                        log.append(Entries.brief(0, 50));
                        if (isTold) {
                            break;
                        }
                    } catch (AuditException e) {
                        if (!isTold) {
                            System.out.println(e.getMessage());
                        }
                        isTold = true;
                        Thread.sleep(5);
                    }
                }
                System.out.println(log.status().acknowledged().size());
            }
        }
    }
}
