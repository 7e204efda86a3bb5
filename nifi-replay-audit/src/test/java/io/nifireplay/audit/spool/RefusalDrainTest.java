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
package io.nifireplay.audit.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry.Link;
import io.nifireplay.audit.entry.AuditEntry.RefusalGap;
import io.nifireplay.audit.entry.AuditEntry.ReplayRefused;
import io.nifireplay.audit.entry.PersonalId;
import io.nifireplay.audit.entry.RefusedAccess;
import io.nifireplay.audit.log.DirectoryLock;
import io.nifireplay.audit.personal.PersonalIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalDrainTest {
    @TempDir
    private Path folder;

    private Path spool;
    private WatchedTrail trail;

    @BeforeEach
    void open() {
        spool = folder.resolve("spool");
        trail = new WatchedTrail(folder.resolve("trail"));
    }

    @AfterEach
    void close() {
        trail.close();
    }

    @Test
    void bringsARefusalIntoTheTrailWithAllThatIsKnown() throws IOException {
        Refusal refusal = Refusals.of("CN=auditor");
        Refusals.spool(spool, refusal);

        DrainReport report = Refusals.drain(spool, trail);

        assertThat(report).isEqualTo(new DrainReport(1, 0, List.of()));
        assertThat(trail.entries).singleElement().isInstanceOfSatisfying(ReplayRefused.class, entry -> {
            assertThat(entry.at()).isEqualTo(refusal.at());
            assertThat(entry.actor()).isEqualTo(new Actor.User(new PersonalId.Plain("CN=auditor")));
            assertThat(entry.by()).isEqualTo("NiFi's authorizer");
            assertThat(entry.reason())
                    .isEqualTo(
                            "a replay was asked for without the right to write /data/processors/" + Refusals.COMPONENT);
            assertThat(entry.lineage().component()).contains(Refusals.COMPONENT);
            assertThat(entry.lineage().flowFiles().listed()).containsExactly(Refusals.FLOW_FILE);
            RefusedAccess refused = entry.refused().orElseThrow();
            assertThat(refused.right()).isEqualTo("write");
            assertThat(refused.resource()).isEqualTo("/data/processors/" + Refusals.COMPONENT);
            assertThat(refused.link()).isEqualTo(Link.KNOWN);
            assertThat(refused.times()).isOne();
        });
        assertThat(waiting()).isEmpty();
        assertThat(Refusals.drain(spool, trail)).isEqualTo(new DrainReport(0, 0, List.of()));
        assertThat(trail.entries).hasSize(1);
    }

    @Test
    void claimsNoMoreThanWhatIsKnown() {
        Refusals.spool(
                spool,
                new Refusal(
                        Refusals.of("").at(),
                        Optional.empty(),
                        Refusal.Right.READ,
                        "/data/process-groups/" + Refusals.COMPONENT,
                        Optional.empty(),
                        Link.INFERRED));
        Refusals.drain(spool, trail);
        assertThat(trail.entries).singleElement().isInstanceOfSatisfying(ReplayRefused.class, entry -> {
            assertThat(entry.actor()).isEqualTo(new Actor.Unknown());
            assertThat(entry.reason()).contains("as NiFi does for a replay").doesNotContain("a replay was asked for");
            assertThat(entry.lineage().component()).isEmpty();
            assertThat(entry.lineage().processGroup()).contains(Refusals.COMPONENT);
            assertThat(entry.lineage().flowFiles().count()).isZero();
            assertThat(entry.refused().orElseThrow().link()).isEqualTo(Link.INFERRED);
        });
    }

    @Test
    void writesIdentitiesAsTheTrailWantsThem() {
        Refusals.spool(spool, Refusals.of("CN=auditor"));
        PersonalIds pseudonyms = PersonalIds.pseudonyms(new SecretKeySpec(new byte[32], "HmacSHA256"));
        new RefusalDrain(spool, Clock.systemUTC()).drain(trail, pseudonyms);
        assertThat(trail.entries)
                .singleElement()
                .isInstanceOfSatisfying(
                        ReplayRefused.class,
                        entry -> assertThat(entry.actor()).isEqualTo(new Actor.User(pseudonyms.protect("CN=auditor"))));
    }

    @Test
    void comesBackToWhatATrailDidNotTakeAndRepetitionsHaveTheSameRecord() {
        Refusals.spool(
                spool,
                IntStream.range(0, 900).mapToObj(i -> Refusals.of("CN=" + i)).toArray(Refusal[]::new));
        trail.failAfter(1);
        assertThatExceptionOfType(AuditException.class).isThrownBy(() -> Refusals.drain(spool, trail));
        assertThat(trail.entries).hasSize(500);

        trail.failAfter(Integer.MAX_VALUE);
        assertThat(Refusals.drain(spool, trail).refusals()).isEqualTo(900);
        assertThat(trail.entries).hasSize(1_400);
        assertThat(trail.entries.stream()
                        .map(entry ->
                                ((ReplayRefused) entry).refused().orElseThrow().record())
                        .distinct())
                .hasSize(900);
    }

    @Test
    void saysWhichLinesItCannotReadKeepsTheFileAndLosesNothingElse() throws IOException {
        Refusals.spool(spool, Refusals.of("CN=first"), Refusals.of("CN=second"), Refusals.of("CN=third"));
        Path file = waiting().getFirst();
        List<String> lines = Files.readAllLines(file);
        Files.writeString(
                file,
                lines.get(0) + "\n" + lines.get(1).replace("CN=second", "CN=other!") + "\nnot JSON\n" + lines.get(2)
                        + "\n");

        DrainReport report = Refusals.drain(spool, trail);

        assertThat(report.refusals()).isEqualTo(2);
        assertThat(report.missing()).isEqualTo(2);
        assertThat(report.problems()).singleElement().asString().contains("2 of the lines", "were changed", ".bad");
        assertThat(trail.entries).hasSize(3);
        assertThat(trail.entries.get(2)).isInstanceOfSatisfying(RefusalGap.class, gap -> {
            assertThat(gap.count()).isEqualTo(2);
            assertThat(gap.reason())
                    .contains("could not be read", file.getFileName().toString());
        });
        assertThat(waiting()).isEmpty();
        assertThat(spool.resolve(file.getFileName().toString().replace(".jsonl", ".bad")))
                .hasContent(String.join(
                        "\n", lines.get(0), lines.get(1).replace("CN=second", "CN=other!"), "not JSON", lines.get(2)));
        assertThat(Refusals.drain(spool, trail)).isEqualTo(new DrainReport(0, 0, List.of()));
    }

    @Test
    void takesWhatIsWholeOfAFileThatAPowerCutTore() throws IOException {
        Refusals.spool(spool, Refusals.of("CN=first"), Refusals.of("CN=second"));
        Path file = waiting().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        // As it lies there after the cut: not complete, the second line without its end.
        Files.write(
                spool.resolve(file.getFileName().toString().replace(".jsonl", ".part")),
                Arrays.copyOf(bytes, bytes.length - 40));
        Files.delete(file);
        assertThat(Refusals.drain(spool, trail).refusals())
                .as("who writes it may still be there")
                .isZero();

        Refusals.spool(spool, Refusals.of("CN=third"));
        DrainReport report = Refusals.drain(spool, trail);
        assertThat(report.refusals()).isEqualTo(2);
        assertThat(report.problems()).singleElement().asString().contains("has no end, as after a crash");
        assertThat(identities()).containsExactly("CN=first", "CN=third");
    }

    @Test
    void leavesAloneWhatIsNotTheSpoolsAndSaysSoOnce() throws IOException {
        Refusals.spool(spool, Refusals.of("CN=auditor"));
        Path secret = Files.writeString(folder.resolve("secret"), "of another\n");
        Files.createSymbolicLink(spool.resolve("refusals-00000000000000000001.jsonl"), secret);
        Path large = spool.resolve("refusals-00000000000000000002.jsonl");
        Files.write(large, new byte[5 * 1024 * 1024]);
        Files.writeString(spool.resolve("notes.txt"), "mine");
        RefusalDrain drain = new RefusalDrain(spool, Clock.systemUTC());

        DrainReport report = drain.drain(trail, PersonalIds.plain());
        assertThat(report.refusals()).isOne();
        assertThat(report.problems())
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).contains("notes.txt", "leaves it alone"))
                .anySatisfy(problem -> assertThat(problem).contains("0001.jsonl", "did not write"))
                .anySatisfy(problem -> assertThat(problem).contains("0002.jsonl", "did not write"));
        assertThat(secret).hasContent("of another");
        assertThat(large).exists();
        assertThat(drain.drain(trail, PersonalIds.plain()).problems()).isEmpty();

        Files.delete(large);
        drain.drain(trail, PersonalIds.plain());
        Files.write(large, new byte[5 * 1024 * 1024]);
        assertThat(drain.drain(trail, PersonalIds.plain()).problems())
                .as("it came again")
                .hasSize(1);
    }

    @Test
    void saysWhereTheSpoolIsMissing() {
        assertThat(Refusals.drain(spool, trail).problems())
                .singleElement()
                .asString()
                .contains("There is no spool", spool.toString(), "authorizers.xml");
    }

    @Test
    void isKeptToOneDrain() throws IOException {
        Refusals.spool(spool, Refusals.of("CN=auditor"));
        try (DirectoryLock lock = DirectoryLock.take("The spool", spool, new SpoolDirectory(spool).drainLock())) {
            assertThat(lock).isNotNull();
            assertThatExceptionOfType(AuditException.class)
                    .isThrownBy(() -> Refusals.drain(spool, trail))
                    .withMessageContaining("by another component");
        }
        assertThat(Refusals.drain(spool, trail).refusals()).isOne();
    }

    @Test
    void appendsNothingTwiceWhenAFileCannotBeRemoved() throws IOException {
        Refusals.spool(spool, Refusals.of("CN=auditor"));
        RefusalDrain drain = new RefusalDrain(spool, Clock.systemUTC());
        Path file = waiting().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        trail.beforeReturning(() -> replaceByFolder(file));
        assertThat(drain.drain(trail, PersonalIds.plain()).problems())
                .singleElement()
                .asString()
                .contains("cannot be drained");
        trail.beforeReturning(() -> {});
        try (Stream<Path> files = Files.walk(file)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        drain.drain(trail, PersonalIds.plain());
        assertThat(trail.entries).hasSize(1);
        assertThat(waiting()).isEmpty();
    }

    /** What a disk's refusal to delete looks like, also to root. */
    private static void replaceByFolder(Path file) {
        try {
            Files.delete(file);
            Files.createDirectory(file);
            Files.writeString(file.resolve("inside"), "so that it cannot be deleted", UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> identities() {
        return trail.entries.stream()
                .filter(ReplayRefused.class::isInstance)
                .map(entry -> ((PersonalId.Plain) ((Actor.User) entry.actor()).identity()).id())
                .toList();
    }

    private List<Path> waiting() throws IOException {
        return new SpoolDirectory(spool).complete();
    }
}
