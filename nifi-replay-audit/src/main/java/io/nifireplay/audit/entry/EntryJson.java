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

import io.nifireplay.audit.json.CanonicalJson;
import io.nifireplay.audit.json.JsonValue;
import io.nifireplay.audit.json.JsonValue.JsonArray;
import io.nifireplay.audit.json.JsonValue.JsonObject;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Entries as canonical JSON (RFC 8785). {@code action} is the first member of each, by the order of names. Positions, ids and
 * counts are strings, since the numbers of RFC 8785 are doubles.
 */
public final class EntryJson {
    /** The version of the form, a member of each entry. */
    public static final int VERSION = 1;

    /** {@code action} of a {@link AuditEntry.SigningKeyAnnounced}. */
    public static final String SIGNING_KEY_ANNOUNCED = "signing key announced";
    /** {@code action} of a {@link AuditEntry.SigningKeyConfirmed}. */
    public static final String SIGNING_KEY_CONFIRMED = "signing key confirmed";

    private static final int NANOS_PER_MILLI = 1_000_000;

    private EntryJson() {}

    /** The bytes that are hashed and kept. */
    public static byte[] bytes(AuditEntry entry) {
        return CanonicalJson.bytes(json(entry));
    }

    static JsonObject json(AuditEntry entry) {
        return switch (entry) {
            case AuditEntry.ReplayAttempted it ->
                begin("replay attempted", it)
                        .event(it.event())
                        .put("attempt", it.attempt())
                        .text("how", it.how())
                        .job(it.job())
                        .lineage(it.lineage())
                        .text("policy", it.policy())
                        .end();
            case AuditEntry.AttemptEnded it ->
                begin("attempt ended", it)
                        .event(it.event())
                        .put("attempt", it.attempt())
                        .job(it.job())
                        .text("outcome", it.outcome().words())
                        .text("error", it.error())
                        .lineage(it.lineage())
                        .text("policy", it.policy())
                        .end();
            case AuditEntry.JobChanged it ->
                begin("job changed", it)
                        .job(Optional.of(it.job()))
                        .text("before", it.before())
                        .text("after", it.after())
                        .requester(it.requester())
                        .text("why", it.why())
                        .text("policy", it.policy())
                        .governed(it.governed())
                        .end();
            case AuditEntry.ReplayAsked it ->
                begin("replay asked", it)
                        .job(Optional.of(it.job()))
                        .event(it.event())
                        .whole("asked", Long.toString(it.asked()))
                        .text("node", it.node())
                        .text("parent", it.parent())
                        .text("outcome", it.outcome())
                        .lineage(it.lineage())
                        .end();
            case AuditEntry.EventConflicted it ->
                begin("event conflicted", it)
                        .event(it.event())
                        .lineage(it.lineage())
                        .end();
            case AuditEntry.EventRejected it ->
                begin("event rejected", it)
                        .event(it.event())
                        .text("reason", it.reason())
                        .lineage(it.lineage())
                        .end();
            case AuditEntry.EventDeadLettered it ->
                begin("event dead-lettered", it)
                        .event(it.event())
                        .put("attempt", it.attempt())
                        .text("error", it.error())
                        .lineage(it.lineage())
                        .end();
            case AuditEntry.EventsAdmitted it ->
                begin("events admitted", it).batch(it.events()).end();
            case AuditEntry.EventsCompleted it ->
                begin("events completed", it).batch(it.events()).end();
            case AuditEntry.EventsAcknowledged it ->
                begin("events acknowledged", it)
                        .requester(Optional.of(it.requester()))
                        .text("why", it.why())
                        .text("before", it.before())
                        .batch(it.events())
                        .end();
            case AuditEntry.RecoveryPointDropped it ->
                begin("recovery point dropped", it)
                        .text("journal", it.journal())
                        .text("name", it.name())
                        .end();
            case AuditEntry.SealingKeyRotated it ->
                begin("sealing key rotated", it)
                        .text("journal", it.journal())
                        .text("key", it.key())
                        .end();
            case AuditEntry.AuditInterrupted it ->
                begin("audit interrupted", it)
                        .text("journal", it.journal())
                        .whole("since", time(it.since()))
                        .end();
            case AuditEntry.Noted it ->
                new Members(json(it.entry()))
                        .put(
                                "notice",
                                new Members()
                                        .text("journal", it.journal())
                                        .whole("number", Long.toString(it.number()))
                                        .end())
                        .end();
            case AuditEntry.RecoveryPointMade it ->
                begin("recovery point made", it)
                        .text("journal", it.journal())
                        .text("name", it.name())
                        .ids("checkpoints", it.checkpoints())
                        .end();
            case AuditEntry.PolicyChanged it ->
                begin("policy changed", it)
                        .text("before", it.before())
                        .text("after", it.after())
                        .pin(it.pin())
                        .end();
            case AuditEntry.RequestRefused it ->
                begin("request refused", it)
                        .job(it.job())
                        .text("asked", it.asked())
                        .requester(Optional.of(it.requester()))
                        .text("reason", it.reason())
                        .text("policy", it.policy())
                        .end();
            case AuditEntry.ReplayRefused it ->
                begin("replay refused", it)
                        .text("by", it.by())
                        .text("reason", it.reason())
                        .event(it.event())
                        .lineage(it.lineage())
                        .refused(it.refused())
                        .end();
            case AuditEntry.RefusalGap it ->
                begin("refusal gap", it)
                        .whole("count", Long.toString(it.count()))
                        .text("reason", it.reason())
                        .end();
            case AuditEntry.ReplayInProvenance it ->
                begin("replay in provenance", it)
                        .link(it.event())
                        .text("parent", it.parent())
                        .lineage(it.lineage())
                        .end();
            case AuditEntry.AttemptInProvenance it ->
                begin("attempt in provenance", it)
                        .event(it.event())
                        .put("attempt", it.attempt())
                        .lineage(it.lineage())
                        .end();
            case AuditEntry.EventLost it ->
                begin("event lost", it)
                        .event(it.event())
                        .text("link", it.link().words())
                        .text("loss", it.loss().words())
                        .text("details", it.details())
                        .lineage(it.lineage())
                        .end();
            case AuditEntry.ContentDownloaded it ->
                begin("content downloaded", it)
                        .link(it.event())
                        .lineage(it.lineage())
                        .end();
            case AuditEntry.ProvenanceGap it ->
                begin("provenance gap", it)
                        .text("first", Long.toString(it.first()))
                        .text("last", Long.toString(it.last()))
                        .text("reason", it.reason())
                        .end();
            case AuditEntry.SigningKeyAnnounced it ->
                begin(SIGNING_KEY_ANNOUNCED, it).whole("key", it.key()).end();
            case AuditEntry.SigningKeyConfirmed it ->
                begin(SIGNING_KEY_CONFIRMED, it)
                        .whole("checkpoint", it.checkpoint())
                        .end();
        };
    }

    private static Members begin(String action, AuditEntry entry) {
        return new Members()
                .whole("action", action)
                .put("version", VERSION)
                .whole("at", time(entry.at()))
                .put("actor", actor(entry.actor()));
    }

    /** As RFC 3339 has it, always with three digits behind the second. A formatter takes as long as all the rest. */
    private static String time(Instant at) {
        LocalDateTime utc = LocalDateTime.ofEpochSecond(at.getEpochSecond(), at.getNano(), ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(24);
        digits(text, utc.getYear(), 1000).append('-');
        digits(text, utc.getMonthValue(), 10).append('-');
        digits(text, utc.getDayOfMonth(), 10).append('T');
        digits(text, utc.getHour(), 10).append(':');
        digits(text, utc.getMinute(), 10).append(':');
        digits(text, utc.getSecond(), 10).append('.');
        return digits(text, utc.getNano() / NANOS_PER_MILLI, 100).append('Z').toString();
    }

    /** @param highest the power of ten of the first digit */
    private static StringBuilder digits(StringBuilder text, int number, int highest) {
        for (int power = highest; power > 0; power /= 10) {
            text.append((char) ('0' + number / power % 10));
        }
        return text;
    }

    private static JsonValue actor(Actor actor) {
        return switch (actor) {
            case Actor.User user ->
                new Members().put("user", personal(user.identity())).end();
            case Actor.Component component ->
                new Members()
                        .text("component", component.id())
                        .text("type", component.type())
                        .text("group", component.group())
                        .end();
            case Actor.Claimed claimed ->
                new Members().put("claimed", personal(claimed.name())).end();
            case Actor.Unknown unknown -> JsonValue.of("unknown");
        };
    }

    private static JsonValue personal(PersonalId id) {
        return switch (id) {
            case PersonalId.Plain plain -> JsonValue.of(FreeText.of(plain.id()));
            case PersonalId.Pseudonym pseudonym ->
                new Members().whole("hmac", pseudonym.hmac()).end();
            case PersonalId.Sealed sealed ->
                new Members()
                        .whole("subject", sealed.subject())
                        .whole("sealed", sealed.sealed())
                        .end();
        };
    }

    /** The members of an object, one behind the other. */
    private static final class Members {
        private final Map<String, JsonValue> members;

        Members() {
            members = new LinkedHashMap<>();
        }

        /** Those of an object, and more. */
        Members(JsonObject object) {
            members = new LinkedHashMap<>(object.members());
        }

        Members put(String name, JsonValue value) {
            members.put(name, value);
            return this;
        }

        Members put(String name, int value) {
            return put(name, JsonValue.of(value));
        }

        /** A text of ours, which is never cut. */
        Members whole(String name, String value) {
            return put(name, JsonValue.of(value));
        }

        Members text(String name, String value) {
            return put(name, JsonValue.of(FreeText.of(value)));
        }

        Members text(String name, Optional<String> value) {
            value.ifPresent(present -> text(name, present));
            return this;
        }

        Members event(Optional<EventReference> event) {
            event.ifPresent(this::event);
            return this;
        }

        Members event(EventReference event) {
            Members reference = new Members()
                    .text("journal", event.journal())
                    .text("partition", event.place().partition())
                    .whole("position", Long.toString(event.place().position()))
                    .put("generation", event.generation());
            event.key().ifPresent(key -> reference.put("key", personal(key)));
            return put("event", reference.end());
        }

        Members requester(Optional<Actor> requester) {
            requester.ifPresent(present -> put("requester", actor(present)));
            return this;
        }

        Members governed(Optional<AuditEntry.GovernedJob> governed) {
            governed.ifPresent(job -> {
                whole("jobVersion", Long.toString(job.version())).text("items", job.items());
                job.approver().ifPresent(approver -> put("approver", actor(approver)));
            });
            return this;
        }

        Members pin(Optional<AuditEntry.Pin> pin) {
            pin.ifPresent(present -> {
                whole("change", present.change());
                text("journal", present.journal());
                text("coordinator", present.coordinator());
                text("policyService", present.policyService());
                text("rules", present.rules());
                present.approver().ifPresent(approver -> put("approver", actor(approver)));
                text("why", present.why());
            });
            return this;
        }

        Members link(Optional<EventLink> link) {
            link.ifPresent(
                    present -> event(present.event()).text("link", present.how().words()));
            return this;
        }

        Members job(Optional<JobReference> job) {
            job.ifPresent(present -> {
                Members reference = new Members()
                        .text("name", present.name())
                        .text("mode", present.mode())
                        .text("reason", present.reason());
                put("job", reference.requester(present.requester()).end());
            });
            return this;
        }

        Members refused(Optional<RefusedAccess> access) {
            access.ifPresent(refused -> put(
                    "refused",
                    new Members()
                            .whole("record", refused.record())
                            .whole("right", refused.right())
                            .text("resource", refused.resource())
                            .whole("link", refused.link().words())
                            .whole("times", Long.toString(refused.times()))
                            .whole("last", time(refused.last()))
                            .end()));
            return this;
        }

        Members ids(String name, IdList ids) {
            if (ids.count() > 0) {
                put(
                        name,
                        new Members()
                                .whole("count", Long.toString(ids.count()))
                                .put(
                                        "listed",
                                        new JsonArray(ids.listed().stream()
                                                .map(id -> JsonValue.of(FreeText.of(id)))
                                                .toList()))
                                .whole("root", ids.root().toString())
                                .end());
            }
            return this;
        }

        Members lineage(Lineage lineage) {
            return ids("flowFiles", lineage.flowFiles())
                    .ids("provenanceEvents", lineage.provenanceEvents())
                    .text("component", lineage.component())
                    .text("group", lineage.processGroup());
        }

        Members batch(EventBatch batch) {
            List<JsonValue> runs = batch.runs().stream()
                    .<JsonValue>map(run -> new Members()
                            .text("partition", run.partition())
                            .whole("from", Long.toString(run.from()))
                            .whole("to", Long.toString(run.to()))
                            .end())
                    .toList();
            return text("journal", batch.journal())
                    .put(
                            "events",
                            new Members()
                                    .whole("count", Long.toString(batch.count()))
                                    .whole("root", batch.root().toString())
                                    .put("runs", new JsonArray(runs))
                                    .end());
        }

        JsonObject end() {
            return new JsonObject(members);
        }
    }
}
