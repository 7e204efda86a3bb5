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
package io.nifireplay.audit.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.json.CanonicalForm;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import io.nifireplay.audit.testing.Schema;
import io.nifireplay.audit.tiles.EntryBundle;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EntryJsonTest {
    private static final Instant AT = Instant.parse("2026-11-25T12:00:00.123456Z");
    private static final Actor OPERATOR = new Actor.User(new PersonalId.Plain("CN=operator"));
    private static final Actor SEALED = new Actor.User(new PersonalId.Sealed("0123456789abcdef".repeat(2), "AAAA"));
    private static final Actor PROCESSOR = new Actor.Component("id", "ReplayEvents", Optional.empty());
    private static final Actor UNKNOWN = new Actor.Unknown();
    private static final EventReference EVENT = Entries.event(4);
    private static final EventBatch BATCH =
            EventBatch.of("journal", List.of(new EventPlace("a", 1), new EventPlace("a", 2), new EventPlace("b", 9)));
    private static final JobReference JOB = new JobReference("job", "forced", "why", Optional.of(OPERATOR));
    private static final Lineage LINEAGE = new Lineage(
            IdList.of("11111111-1111-1111-1111-111111111111"), IdList.of("7", "8"), Optional.of("c"), Optional.of("g"));

    static Stream<AuditEntry> oneOfEach() {
        return Stream.of(
                new AuditEntry.ReplayAttempted(
                        AT,
                        PROCESSOR,
                        EVENT,
                        2,
                        "replayed by a job",
                        Optional.of(JOB),
                        LINEAGE,
                        Optional.of("default 3")),
                new AuditEntry.AttemptEnded(
                        AT,
                        PROCESSOR,
                        EVENT,
                        2,
                        Optional.empty(),
                        AuditEntry.Outcome.DEAD_LETTER,
                        Optional.of("503"),
                        LINEAGE,
                        Optional.empty()),
                new AuditEntry.JobChanged(
                        AT,
                        OPERATOR,
                        JOB,
                        Optional.of("RUNNING"),
                        "PAUSED",
                        Optional.of(OPERATOR),
                        "wait",
                        Optional.empty()),
                new AuditEntry.EventConflicted(AT, PROCESSOR, EVENT, LINEAGE),
                new AuditEntry.ReplayAsked(
                        AT,
                        PROCESSOR,
                        JOB,
                        Optional.of(EVENT),
                        4711,
                        Optional.of("node"),
                        "parent",
                        "replayed",
                        LINEAGE),
                new AuditEntry.ReplayAsked(
                        AT,
                        PROCESSOR,
                        JOB,
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        "parent",
                        "content expired",
                        Lineage.NONE),
                new AuditEntry.JobChanged(
                        AT,
                        new Actor.Claimed(new PersonalId.Plain("ann")),
                        JOB,
                        Optional.empty(),
                        "RUNNING",
                        Optional.empty(),
                        "why",
                        Optional.empty()),
                new AuditEntry.EventRejected(
                        AT, PROCESSOR, Optional.empty(), "its token is of another journal", LINEAGE),
                new AuditEntry.EventDeadLettered(AT, PROCESSOR, EVENT, 5, Optional.of("400"), Lineage.NONE),
                new AuditEntry.EventsAdmitted(AT, PROCESSOR, BATCH),
                new AuditEntry.EventsCompleted(AT, PROCESSOR, BATCH),
                new AuditEntry.EventsAcknowledged(AT, PROCESSOR, OPERATOR, "told by phone", "dead letter", BATCH),
                new AuditEntry.RecoveryPointDropped(AT, PROCESSOR, "journal", "before the release"),
                new AuditEntry.SealingKeyRotated(AT, PROCESSOR, "journal", "key-2"),
                new AuditEntry.AuditInterrupted(AT, PROCESSOR, "journal", AT),
                new AuditEntry.Noted(
                        new AuditEntry.EventConflicted(AT, PROCESSOR, EVENT, LINEAGE), "journal", 4_000_000_000L),
                new AuditEntry.RecoveryPointMade(AT, SEALED, "journal", "before the release", IdList.of("a 1 2")),
                new AuditEntry.PolicyChanged(AT, OPERATOR, Optional.of("default 2"), "default 3"),
                new AuditEntry.PolicyChanged(
                        AT,
                        PROCESSOR,
                        Optional.of("a1"),
                        "b2",
                        Optional.of(new AuditEntry.Pin(
                                "approved",
                                "journal",
                                "coordinator",
                                "policy service",
                                "{}",
                                Optional.of(OPERATOR),
                                "agreed"))),
                new AuditEntry.PolicyChanged(
                        AT,
                        PROCESSOR,
                        Optional.empty(),
                        "b2",
                        Optional.of(new AuditEntry.Pin(
                                "pinned",
                                "journal",
                                "coordinator",
                                "policy service",
                                "{}",
                                Optional.empty(),
                                "first"))),
                new AuditEntry.JobChanged(
                        AT,
                        PROCESSOR,
                        JOB,
                        Optional.of("approved"),
                        "running",
                        Optional.of(OPERATOR),
                        "go",
                        Optional.of("b2"),
                        Optional.of(new AuditEntry.GovernedJob(
                                5, Optional.of("0123456789abcdef".repeat(4)), Optional.of(OPERATOR)))),
                new AuditEntry.JobChanged(
                        AT,
                        PROCESSOR,
                        JOB,
                        Optional.empty(),
                        "drafted",
                        Optional.of(OPERATOR),
                        "go",
                        Optional.of("b2"),
                        Optional.of(new AuditEntry.GovernedJob(1, Optional.empty(), Optional.empty()))),
                new AuditEntry.RequestRefused(
                        AT, PROCESSOR, Optional.of(JOB), "approve", OPERATOR, "it is his own", Optional.of("b2")),
                new AuditEntry.RequestRefused(
                        AT, PROCESSOR, Optional.empty(), "approve policy", SEALED, "no", Optional.empty()),
                new AuditEntry.ReplayRefused(AT, OPERATOR, "NiFi's authorizer", "no", Optional.of(EVENT), LINEAGE),
                new AuditEntry.ReplayRefused(
                        AT,
                        OPERATOR,
                        "NiFi's authorizer",
                        "no",
                        Optional.empty(),
                        LINEAGE,
                        Optional.of(new RefusedAccess(
                                "record", "write", "/data/processors/c", AuditEntry.Link.KNOWN, 3, AT))),
                new AuditEntry.RefusalGap(AT, UNKNOWN, 1_000_000, "too many at once"),
                new AuditEntry.ReplayInProvenance(
                        AT, OPERATOR, Optional.of(new EventLink(EVENT, AuditEntry.Link.INFERRED)), "parent", LINEAGE),
                new AuditEntry.ReplayInProvenance(AT, OPERATOR, Optional.empty(), "parent", LINEAGE),
                new AuditEntry.AttemptInProvenance(AT, PROCESSOR, EVENT, 2, LINEAGE),
                new AuditEntry.EventLost(
                        AT, UNKNOWN, EVENT, AuditEntry.Link.KNOWN, AuditEntry.Loss.EXPIRED, "too old", LINEAGE),
                new AuditEntry.ContentDownloaded(AT, OPERATOR, Optional.empty(), LINEAGE),
                new AuditEntry.ContentDownloaded(
                        AT, OPERATOR, Optional.of(new EventLink(EVENT, AuditEntry.Link.KNOWN)), LINEAGE),
                new AuditEntry.ProvenanceGap(AT, UNKNOWN, 5, 9, "never written"),
                new AuditEntry.SigningKeyAnnounced(
                        AT, PROCESSOR, Keys.signing(1).verifierKey().toString()),
                new AuditEntry.SigningKeyConfirmed(AT, PROCESSOR, "example.com/log\n0\n…\n"));
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void everyKindIsCanonicalJsonThatFitsThePublishedSchema(AuditEntry entry) {
        byte[] bytes = EntryJson.bytes(entry);
        String text = new String(bytes, StandardCharsets.UTF_8);

        assertThat(CanonicalForm.holds(bytes, 0, bytes.length)).isTrue();
        assertThat(text).startsWith("{\"action\":\"");
        assertThat(Schema.ENTRY.complaints(text)).as(text).isEmpty();
        assertThat(Schema.ENTRY.complaints(text.replace("\"version\":1", "\"version\":1,\"content\":\"secret\"")))
                .isNotEmpty();
        assertThat(Schema.ENTRY.complaints(text.replace("{\"action\":\"", "{\"action\":\"un")))
                .isNotEmpty();
    }

    @Test
    void aLinkStandsOnlyWhereAnEventIsNamed() {
        AuditEntry named = new AuditEntry.ContentDownloaded(
                AT, OPERATOR, Optional.of(new EventLink(EVENT, AuditEntry.Link.KNOWN)), LINEAGE);
        AuditEntry unknown = new AuditEntry.ContentDownloaded(AT, OPERATOR, Optional.empty(), LINEAGE);

        assertThat(text(named)).contains("\"link\":\"known\"");
        assertThat(text(unknown)).doesNotContain("link", "event\":");
        assertThat(Schema.ENTRY.complaints(text(named).replace("\"link\":\"known\",", "")))
                .isNotEmpty();
        assertThat(Schema.ENTRY.complaints(text(unknown).replace("\"version\":1", "\"link\":\"known\",\"version\":1")))
                .isNotEmpty();
    }

    private static String text(AuditEntry entry) {
        return new String(EntryJson.bytes(entry), StandardCharsets.UTF_8);
    }

    @Test
    void everyKindIsTried() {
        Set<Class<?>> tried = oneOfEach().map(AuditEntry::getClass).collect(Collectors.toSet());

        assertThat(tried).hasSize(AuditEntry.class.getPermittedSubclasses().length);
    }

    @Test
    void anEntryIsWrittenInOneWay() {
        AuditEntry entry = new AuditEntry.EventConflicted(AT, UNKNOWN, EVENT, Lineage.NONE);

        assertThat(new String(EntryJson.bytes(entry), StandardCharsets.UTF_8))
                .isEqualTo("{\"action\":\"event conflicted\",\"actor\":\"unknown\",\"at\":\"2026-11-25T12:00:00.123Z\","
                        + "\"event\":{\"generation\":1,\"journal\":\"5f0f7b6e-0000-4000-8000-000000000001\","
                        + "\"key\":{\"hmac\":\"00ff\"},\"partition\":\"orders\",\"position\":\"5\"},\"version\":1}");
    }

    @Test
    void noEntryIsTooLongHoweverLongItsTextsAndListsAre() {
        String novel = "\u0001".repeat(100_000);
        IdList ids = IdList.of(Collections.nCopies(5_000, "\u0002".repeat(500)));
        JobReference job = new JobReference(
                novel, novel, novel, Optional.of(new Actor.Component(novel, novel, Optional.of(novel))));
        EventReference event =
                new EventReference(novel, new EventPlace(novel, 1), 1, Optional.of(new PersonalId.Plain(novel)));
        AuditEntry entry = new AuditEntry.AttemptEnded(
                AT,
                new Actor.User(new PersonalId.Plain(novel)),
                event,
                1,
                Optional.of(job),
                AuditEntry.Outcome.FAILED,
                Optional.of(novel),
                new Lineage(ids, ids, Optional.of(novel), Optional.of(novel)),
                Optional.of(novel));

        byte[] bytes = EntryJson.bytes(entry);
        assertThat(bytes.length).isLessThan(EntryBundle.MAX_ENTRY_BYTES);
        assertThat(CanonicalForm.holds(bytes, 0, bytes.length)).isTrue();
    }

    @Test
    void aTextThatIsTooLongIsCutAndItsDigestStands() {
        String reason = "r".repeat(1_997) + "😀 and so on";
        AuditEntry entry = new AuditEntry.EventRejected(AT, UNKNOWN, Optional.empty(), reason, Lineage.NONE);

        String text = new String(EntryJson.bytes(entry), StandardCharsets.UTF_8);
        assertThat(text)
                .contains("r".repeat(1_997) + "… (2009 characters, SHA-256 ")
                .doesNotContain("and so on");
    }

    @Test
    void halfASurrogatePairDoesNotStopTheTrail() {
        AuditEntry entry = new AuditEntry.EventRejected(AT, UNKNOWN, Optional.empty(), "a\ud83d", Lineage.NONE);

        assertThat(new String(EntryJson.bytes(entry), StandardCharsets.UTF_8)).contains("\"reason\":\"a\ufffd\"");
    }
}
