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
package io.nifireplay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nifireplay.benchmarks.audit.AuditAppendBenchmark;
import io.nifireplay.benchmarks.audit.AuditVerifyBenchmark;
import io.nifireplay.benchmarks.journal.GrowthBenchmark;
import io.nifireplay.benchmarks.journal.JournalBenchmark;
import io.nifireplay.benchmarks.repository.RepositoryBenchmark;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmarks without a NiFi run; how fast is none of a test's business. */
class BenchmarksSmokeTest {
    @TempDir
    private Path work;

    private List<BenchResult> run(Benchmark benchmark) throws Exception {
        return benchmark.run(new BenchSettings(true, 1, work, new PrintStream(OutputStream.nullOutputStream())));
    }

    @Test
    void journalIsComparedWithBothPeersAndSealedWithPlainForBothNumbersOfThreads() throws Exception {
        assertThat(run(new JournalBenchmark()))
                .hasSize(6)
                .allSatisfy(result -> assertThat(result.ratio()).isPositive());
    }

    @Test
    void repositoriesOfThreeKindsAreCompared() throws Exception {
        // Their jars are there from Maven's package phase on: with "mvn verify", not with "mvn test".
        assumeTrue(Files.isDirectory(
                Path.of(System.getProperty("nifireplay.benchmarks.peers")).resolve("nifi-1-repository/target/lib")));
        assertThat(run(new RepositoryBenchmark()))
                .extracting(BenchResult::name)
                .contains("repository-write-1kb", "repository-write-1kb-nifi-1", "repository-size-1kb")
                .hasSize(15);
    }

    @Test
    void growthIsMeasured() throws Exception {
        assertThat(run(new GrowthBenchmark()))
                .singleElement()
                .satisfies(result -> assertThat(result.details()).containsKey("100,000 keys"));
    }

    @Test
    void auditTrailIsMeasured() throws Exception {
        assertThat(run(new AuditAppendBenchmark()))
                .hasSize(2)
                .allSatisfy(result -> assertThat(result.ratio()).isPositive());
        assertThat(run(new AuditVerifyBenchmark()))
                .extracting(BenchResult::name)
                .containsExactly("audit-verify", "audit-inclusion");
    }
}
