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
package io.nifireplay.systemtest.audit;

import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ReportingTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * ProvenanceAuditReportingTask over a trail and a journal of its own: the services of the controller that name the same
 * directories as those of the flow.
 *
 * @param task not yet started
 */
public record ProvenanceAudit(ReportingTask task, ControllerService trail, ControllerService journal, Path directory) {
    /** How often the task runs here. */
    public static final String PERIOD = "500 ms";

    private static final String AUDIT_TRAIL = "Audit Trail";

    /**
     * One beside a journal that has no audit trail itself.
     *
     * @param folder of the trail and its signing key
     * @param journal properties of the journal's service, as the one in the flow has them
     */
    public static ProvenanceAudit create(NiFiClient nifi, Path folder, Map<String, String> journal) {
        return create(nifi, trail(folder), journal, false);
    }

    /**
     * @param nifi in which it is made
     * @param trail properties of the trail's service, such as {@link #trail(Path)}
     * @param journal properties of the journal's service, as the one in the flow has them
     * @param isAudited whether the one in the flow has an audit trail: then this one is to have it, too
     */
    public static ProvenanceAudit create(
            NiFiClient nifi, Map<String, String> trail, Map<String, String> journal, boolean isAudited) {
        ControllerService trailService =
                nifi.createControllerLevelService("TransparencyLogAuditTrail").set(trail);
        ControllerService journalService =
                nifi.createControllerLevelService("RocksDBEventJournal").set(journal);
        if (isAudited) {
            journalService.set(AUDIT_TRAIL, trailService);
        }
        trailService.enable();
        journalService.enable();
        ReportingTask task = nifi.createReportingTask("ProvenanceAuditReportingTask")
                .set(AUDIT_TRAIL, trailService)
                .set("Event Journal", journalService)
                .every(PERIOD);
        return new ProvenanceAudit(task, trailService, journalService, Path.of(trail.get("Directory")));
    }

    /** Properties of a trail in a folder, with a new signing key and ids of persons as they are. */
    public static Map<String, String> trail(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("No folder can be made at " + folder, e);
        }
        SigningKeys keys = SigningKeys.create(folder.resolve("audit.p12"), "audit");
        return Map.of(
                "Directory",
                folder.resolve("trail").toString(),
                "Log Name",
                "example.com/audit/provenance",
                "Key Store",
                keys.store().toString(),
                "Key Store Password",
                SigningKeys.PASSWORD,
                "Key Alias",
                "audit",
                "Personal Ids",
                "plain");
    }

    /** What is published of the trail. */
    public PublishedTrail published() {
        return new PublishedTrail(directory);
    }

    /** Stops the task and removes it with its services. */
    public void remove() {
        task.stop().delete();
        // The journal's service may refer to the trail's.
        journal.disable().delete();
        trail.disable().delete();
    }
}
