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
package io.nifireplay.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EntryJson;
import io.nifireplay.audit.entry.EventBatch;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.InclusionProof;
import io.nifireplay.audit.merkle.TreeHasher;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Schema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchCheckTest {
    private static final SigningKey KEY = Keys.signing(1);

    @TempDir
    private Path folder;

    private int trails;

    private static List<EventPlace> places(String partition, long from, long to, long step) {
        return LongStream.iterate(from, position -> position <= to, position -> position + step)
                .mapToObj(position -> new EventPlace(partition, position))
                .toList();
    }

    private static EventBatch batch() {
        List<EventPlace> places = new ArrayList<>(places("orders", 1, 1000, 1));
        places.addAll(places("stock", 5, 25, 5));
        return EventBatch.of(Entries.JOURNAL, places);
    }

    private static AuditEntry admitted(EventBatch batch) {
        return new AuditEntry.EventsAdmitted(Entries.TIME, new Actor.Unknown(), batch);
    }

    /** The verification of a log of an ordinary entry and one with that batch, written as it is. */
    private VerificationReport verify(EventBatch batch, Optional<String> event) throws IOException {
        Path directory = folder.resolve("trail-" + trails++);
        try (TransparencyLog log =
                TransparencyLog.open(LogOptions.defaults(directory, KEY).withCheckpointInterval(Duration.ZERO))) {
            log.append(List.of(Entries.attempt(0), admitted(batch)));
        }
        VerificationRequest request = VerificationRequest.of(directory.resolve("log"), KEY.verifierKey())
                .withThreads(1);
        return LogVerifier.verify(event.map(request::withEvent).orElse(request));
    }

    private String problem(EventBatch batch) throws IOException {
        VerificationReport report = verify(batch, Optional.empty());
        assertThat(report.firstMisfit()).contains(new Problem.Range(1, 1));
        assertThat(report.problems()).hasSize(1);
        return report.problems().getFirst().message();
    }

    @Test
    void aBatchWhoseCountAndRootAreThoseOfItsRunsFits() throws IOException {
        assertThat(verify(batch(), Optional.empty()).problems()).isEmpty();
        assertThat(verify(batch(), Optional.empty()).unchecked())
                .singleElement()
                .asString()
                .contains("end was cut off");
    }

    @Test
    void aBatchThatContradictsItselfIsAMisfitThoughItIsSigned() throws IOException {
        EventBatch batch = batch();
        List<EventBatch.Run> other = new ArrayList<>(batch.runs());
        other.set(0, new EventBatch.Run("orders", 2, 1001));

        assertThat(problem(new EventBatch(batch.journal(), batch.count(), batch.root(), other)))
                .contains("root of its batch");
        assertThat(problem(new EventBatch(
                        batch.journal(),
                        batch.count(),
                        EventBatch.of("", List.of()).root(),
                        batch.runs())))
                .contains("root of its batch");
        assertThat(problem(new EventBatch(batch.journal(), batch.count() - 1, batch.root(), batch.runs())))
                .contains("counts 1004, and its runs name 1005");
        assertThat(problem(new EventBatch(batch.journal(), batch.count() + 1, batch.root(), batch.runs())))
                .as("there was room for another run")
                .contains("counts 1006, and its runs name 1005");
        assertThat(problem(new EventBatch(
                        batch.journal(),
                        batch.count(),
                        batch.root(),
                        batch.runs().reversed())))
                .contains("not in order");
        String whole = new String(EntryJson.bytes(admitted(batch)), StandardCharsets.UTF_8);
        Findings findings = new Findings();
        new BatchCheck(findings)
                .check(
                        1,
                        "tile/entries/000",
                        whole.replace("\"from\":\"1\"", "\"from\":\"one\"").getBytes(StandardCharsets.UTF_8));
        assertThat(findings.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("has not the form of one"));
    }

    @Test
    void aBatchOfMoreRunsThanAnEntryListsIsSaidNotToBeChecked() throws IOException {
        VerificationReport report =
                verify(EventBatch.of(Entries.JOURNAL, places("orders", 1, 3000, 2)), Optional.of("1/orders"));

        assertThat(report.problems()).isEmpty();
        assertThat(report.unchecked()).anySatisfy(what -> assertThat(what).contains("the roots of 1 batches"));
        assertThat(report.found())
                .extracting(VerificationReport.Found::inBatch)
                .as("the event of the ordinary entry, and the one that the batch names and cannot prove")
                .containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void aBatchOfEndlessRunsDoesNotKeepTheVerifierBusy() throws IOException {
        long many = 999_999_999_999_999_999L;
        VerificationReport report = verify(
                new EventBatch(Entries.JOURNAL, many, batch().root(), List.of(new EventBatch.Run("orders", 1, many))),
                Optional.of("17/orders"));

        assertThat(report.problems()).isEmpty();
        assertThat(report.unchecked()).anySatisfy(what -> assertThat(what).contains("of more than 16777216 events"));
        assertThat(report.found())
                .singleElement()
                .satisfies(found -> assertThat(found.inBatch()).isEmpty());
    }

    @Test
    void anEventIsProvedInItsBatchAndTheBatchInTheLogByTheReportAlone() throws IOException {
        VerificationReport report = verify(batch(), Optional.of("20/stock"));

        assertThat(report.text())
                .contains("entry 1, proved by 1 hashes, with 20/stock in its batch of 1005 events, proved by ");
        assertThat(Schema.VERIFICATION.complaints(report.json())).isEmpty();
        JsonNode found =
                new ObjectMapper().readTree(report.json()).path("found").path(0);
        JsonNode inBatch = found.path("inBatch");
        // As somebody does who has the report, the checkpoint and RFC 9162.
        JsonNode entry = new ObjectMapper().readTree(found.path("entry").asText());
        assertThat(proof(
                                inBatch,
                                inBatch.path("index").asLong(),
                                inBatch.path("count").asLong())
                        .proves(
                                new TreeHasher().leaf("20/stock".getBytes(StandardCharsets.UTF_8)),
                                hash(entry.at("/events/root").asText())))
                .isTrue();
        assertThat(proof(found, found.path("index").asLong(), 2)
                        .proves(
                                new TreeHasher()
                                        .leaf(found.path("entry").asText().getBytes(StandardCharsets.UTF_8)),
                                report.head().orElseThrow().root()))
                .isTrue();
    }

    private static InclusionProof proof(JsonNode object, long index, long size) {
        List<Hash> path = new ArrayList<>();
        object.path("proof")
                .forEach(hash -> path.add(Hash.of(Base64.getDecoder().decode(hash.asText()))));
        return new InclusionProof(index, size, path);
    }

    private static Hash hash(String hex) {
        return Hash.of(HexFormat.of().parseHex(hex));
    }
}
