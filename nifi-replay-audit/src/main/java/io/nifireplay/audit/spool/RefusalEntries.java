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

import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.AuditEntry.RefusalGap;
import io.nifireplay.audit.entry.AuditEntry.ReplayRefused;
import io.nifireplay.audit.entry.IdList;
import io.nifireplay.audit.entry.Lineage;
import io.nifireplay.audit.entry.PersonalId;
import io.nifireplay.audit.entry.RefusedAccess;
import io.nifireplay.audit.personal.PersonalIds;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Records of the spool as entries of the trail. */
final class RefusalEntries {
    private static final String BY = "NiFi's authorizer";
    private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern GROUP = Pattern.compile(".*/process-groups/(" + UUID + ")");
    private static final Pattern COMPONENT = Pattern.compile(".*/[a-z-]+/(" + UUID + ")");

    private final Map<String, PersonalId> users;

    private RefusalEntries(Map<String, PersonalId> users) {
        this.users = users;
    }

    /** An entry for each record. Ids are protected together, since that may take a write. */
    static List<AuditEntry> of(List<SpoolRecord> records, PersonalIds ids) {
        List<String> identities = records.stream()
                .map(RefusalEntries::identity)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        List<PersonalId> safe = identities.isEmpty() ? List.of() : ids.protect(identities);
        Map<String, PersonalId> users = new HashMap<>();
        for (int i = 0; i < identities.size(); i++) {
            users.put(identities.get(i), safe.get(i));
        }
        RefusalEntries entries = new RefusalEntries(users);
        return records.stream().map(entries::entry).toList();
    }

    private static Optional<String> identity(SpoolRecord record) {
        return switch (record) {
            case SpoolRecord.Refused it -> it.refusal().identity();
            case SpoolRecord.Omitted it -> Optional.empty();
        };
    }

    private AuditEntry entry(SpoolRecord record) {
        return switch (record) {
            case SpoolRecord.Refused it -> refused(it);
            case SpoolRecord.Omitted it ->
                new RefusalGap(
                        it.last(),
                        new Actor.Unknown(),
                        it.count(),
                        "more were refused between " + it.first() + " and " + it.last()
                                + " than the authorizer or its spool could take (record " + it.id() + ")");
        };
    }

    /** Lines of a file of the spool that nobody can read. */
    static AuditEntry unreadable(String file, long lines, Instant now) {
        return new RefusalGap(
                now, new Actor.Unknown(), lines, "lines of the spool's file " + file + " could not be read");
    }

    private ReplayRefused refused(SpoolRecord.Refused record) {
        Refusal refusal = record.refusal();
        return new ReplayRefused(
                refusal.at(),
                refusal.identity()
                        .<Actor>map(identity -> new Actor.User(users.get(identity)))
                        .orElseGet(Actor.Unknown::new),
                BY,
                reason(refusal),
                Optional.empty(),
                lineage(refusal),
                Optional.of(new RefusedAccess(
                        record.id(),
                        refusal.right().word(),
                        refusal.resource(),
                        refusal.link(),
                        record.times(),
                        record.last())));
    }

    private static String reason(Refusal refusal) {
        String right = "the right to " + refusal.right().word() + " " + refusal.resource();
        return switch (refusal.link()) {
            case KNOWN -> "a replay was asked for without " + right;
            case INFERRED -> "an event's data was asked for, as NiFi does for a replay, without " + right;
        };
    }

    private static Lineage lineage(Refusal refusal) {
        Optional<String> group = id(GROUP, refusal.resource());
        return new Lineage(
                IdList.of(refusal.flowFile().stream().toList()),
                IdList.of(),
                group.isPresent() ? Optional.empty() : id(COMPONENT, refusal.resource()),
                group);
    }

    private static Optional<String> id(Pattern pattern, String resource) {
        Matcher matcher = pattern.matcher(resource);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
