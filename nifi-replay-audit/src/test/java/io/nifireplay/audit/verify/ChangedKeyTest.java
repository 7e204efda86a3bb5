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

import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What checkpoints that are held elsewhere show of a log whose key was changed. */
class ChangedKeyTest {
    private static final SigningKey FIRST = Keys.signing(1);
    private static final SigningKey SECOND = Keys.signing(2);
    private static final int BEFORE = 300;

    @TempDir
    private Path folder;

    private Path trail;
    private Path held;
    /** The log as it was before the key was changed. */
    private Path older;

    @BeforeEach
    void changeTheKeyOnTheSecondOfFourDays() {
        trail = folder.resolve("trail");
        held = folder.resolve("held");
        older = folder.resolve("older");
        append(1, LogOptions.defaults(trail, FIRST), 0, BEFORE);
        Trees.copy(trail.resolve("log"), older);
        append(2, LogOptions.defaults(trail, SECOND).withPreviousKey(FIRST), BEFORE, 400);
        append(3, LogOptions.defaults(trail, SECOND), 400, 500);
        append(4, LogOptions.defaults(trail, SECOND), 500, 600);
    }

    /** Appends, with a checkpoint behind each half. */
    private void append(int day, LogOptions options, long from, long to) {
        Clock clock = Clock.fixed(Instant.parse("2026-11-0" + day + "T12:00:00Z"), ZoneOffset.UTC);
        try (TransparencyLog log = TransparencyLog.open(options.withCheckpointInterval(Duration.ZERO)
                .withReceivers(List.of(new CheckpointFolder(held, clock))))) {
            log.append(Entries.brief(from, (from + to) / 2));
            log.checkpoint();
            log.append(Entries.brief((from + to) / 2, to));
            log.checkpoint();
        }
    }

    private static void write(Path directory, SigningKey key, Optional<SigningKey> previous, long from, long to) {
        LogOptions options = LogOptions.defaults(directory, key).withCheckpointInterval(Duration.ZERO);
        try (TransparencyLog log =
                TransparencyLog.open(previous.map(options::withPreviousKey).orElse(options))) {
            log.append(Entries.brief(from, to));
        }
    }

    private List<HeldCheckpoint> all() throws IOException {
        return HeldFiles.read(List.of(held), Optional.empty());
    }

    private List<HeldCheckpoint> recent() throws IOException {
        return HeldFiles.readRecent(List.of(held), Optional.empty());
    }

    private List<HeldCheckpoint> signedBy(SigningKey key) throws IOException {
        return all().stream()
                .filter(each -> each.checkpoint().note().isSignedByExactly(List.of(key.verifierKey())))
                .toList();
    }

    private static VerificationReport verify(Path log, List<HeldCheckpoint> held, SigningKey key, SigningKey... further)
            throws IOException {
        return LogVerifier.verify(VerificationRequest.of(log, key.verifierKey())
                .withFurtherKeys(
                        List.of(further).stream().map(SigningKey::verifierKey).toList())
                .withHeld(held)
                .withThreads(1));
    }

    @Test
    void aKeyChangedInGoodOrderFitsAllThatIsHeldWithTheOldKeyAndWithTheNew() throws IOException {
        Path log = trail.resolve("log");
        assertThat(signedBy(FIRST)).isNotEmpty();
        assertThat(signedBy(SECOND)).isNotEmpty();
        for (List<HeldCheckpoint> compared : List.of(all(), recent())) {
            for (VerificationReport report : List.of(
                    verify(log, compared, FIRST),
                    verify(log, compared, SECOND, FIRST),
                    verify(log, compared, FIRST, SECOND))) {
                assertThat(report.problems()).isEmpty();
                assertThat(report.compared()).hasSameSizeAs(compared);
                assertThat(report.unchecked()).isEmpty();
            }
            VerificationReport withNew = verify(log, compared, SECOND);
            assertThat(withNew.problems()).isEmpty();
            assertThat(withNew.compared()).hasSameSizeAs(compared);
            assertThat(withNew.unchecked())
                    .as("the log does not have its first key")
                    .singleElement()
                    .asString()
                    .contains("the signatures of")
                    .contains(FIRST.verifierKey().idHex());
        }
    }

    @Test
    void aLogRolledBackToBeforeItsKeyWasChangedIsFound() throws IOException {
        assertThat(verify(older, signedBy(FIRST), FIRST).isIntact())
                .as("nothing later is held")
                .isTrue();
        for (List<HeldCheckpoint> compared : List.of(signedBy(SECOND), recent(), all())) {
            VerificationReport report = verify(older, compared, FIRST);
            assertThat(report.problems())
                    .hasSizeGreaterThanOrEqualTo(signedBy(SECOND).size() - 2)
                    .anySatisfy(problem -> assertThat(problem.message())
                            .contains("rolled back to before its key was changed")
                            .contains("--key"));
            assertThat(report.firstMisfit())
                    .hasValueSatisfying(range -> assertThat(range.first()).isEqualTo(BEFORE));
        }
        assertThat(verify(older, signedBy(FIRST), FIRST, SECOND).problems())
                .as("who knows of the new key needs no checkpoint of it")
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("never handed over to the key"));
    }

    @Test
    void aRewriteOfWhatCameBeforeTheChangeByTheHolderOfTheNewKeyIsFound() throws IOException {
        Path alone = folder.resolve("alone");
        write(alone, SECOND, Optional.empty(), 1, 700);
        Path handedOver = folder.resolve("handed-over");
        write(handedOver, Keys.signing(9), Optional.empty(), 1, BEFORE);
        write(handedOver, SECOND, Optional.of(Keys.signing(9)), BEFORE, 700);
        for (Path forged : List.of(alone.resolve("log"), handedOver.resolve("log"))) {
            assertThat(verify(forged, List.of(), SECOND).isIntact())
                    .as("by itself it is whole")
                    .isTrue();
            VerificationReport report = verify(forged, signedBy(FIRST), SECOND);
            assertThat(report.problems())
                    .hasSameSizeAs(signedBy(FIRST))
                    .allSatisfy(problem -> assertThat(problem.message()).contains("may have been rewritten"));
            assertThat(report.compared()).isEmpty();
            assertThat(verify(forged, List.of(), SECOND, FIRST).isIntact())
                    .as("who has both keys needs no checkpoint")
                    .isFalse();
        }
    }

    @Test
    void aChainOfKeysThatBeginsWithNoTrustedOneIsNotFollowedIntoItself() throws IOException {
        Path forged = folder.resolve("forged");
        write(forged, Keys.signing(9), Optional.empty(), 0, 10);
        write(forged, Keys.signing(8), Optional.of(Keys.signing(9)), 10, 20);
        write(forged, Keys.signing(9), Optional.of(Keys.signing(8)), 20, 30);

        assertThat(verify(forged.resolve("log"), List.of(), Keys.signing(9)).isIntact())
                .isTrue();
        assertThat(verify(forged.resolve("log"), List.of(), FIRST).isIntact()).isFalse();
    }

    @Test
    void aCheckpointThatAStrangersKeySignedIsNoCheckpointOfTheLog() throws IOException {
        HeldCheckpoint last = all().getLast();
        HeldCheckpoint strange = new HeldCheckpoint(
                "a stranger", last.checkpoint().checkpoint().sign(List.of(Keys.signing(7))), Optional.empty());

        assertThat(verify(trail.resolve("log"), List.of(last, strange), FIRST).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("a stranger is signed by no key"));
    }
}
