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

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHead;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a log from elsewhere. Before it signs anything, the log must agree with all of it: a log that was cut, or
 * restored from a backup, would else contradict what others hold.
 */
final class Evidence {
    private final Path directory;
    private final List<Known> known = new ArrayList<>();

    private record Known(TreeHead head, String source) {}

    Evidence(Path directory) {
        this.directory = directory;
    }

    void add(TreeHead head, String source) {
        known.add(new Known(head, source));
    }

    /** The sizes that are spoken of. */
    List<Long> sizes() {
        return known.stream()
                .map(each -> each.head().size())
                .distinct()
                .sorted()
                .toList();
    }

    /** @throws AuditException when somebody knows another root of this size */
    void requireAgreement(long size, Hash root) {
        for (Known each : known) {
            if (each.head().size() == size && !each.head().root().equals(root)) {
                throw new AuditException(
                        "The audit trail " + directory + " was changed: its first " + size
                                + " entries are not those that " + each.source()
                                + " knows. Nothing was signed. Keep the directory as evidence, verify it with bin/verify-audit, and"
                                + " restore a backup that agrees, or start a new trail in another directory, under another origin");
            }
        }
    }

    /** @throws AuditException when somebody knows of more entries */
    void requireAtLeast(long size) {
        for (Known each : known) {
            if (each.head().size() > size) {
                throw new AuditException("The audit trail " + directory + " has lost entries: it has " + size + ", and "
                        + each.source() + " knows of " + each.head().size()
                        + ". Nothing was signed. Restore a backup that has them all, or start a new trail in another"
                        + " directory, under another origin");
            }
        }
    }
}
