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
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
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

    /**
     * @param directory of the trail and its signing key
     * @param journal properties of the journal's service, as the one in the flow has them
     */
    public static ProvenanceAudit create(NiFiClient nifi, Path directory, Map<String, String> journal) {
        ControllerService trail = nifi.createControllerLevelService("TransparencyLogAuditTrail")
                .set(Map.of(
                        "Directory", directory.resolve("trail").toString(),
                        "Log Name", "example.com/audit/provenance",
                        "Signing Key Strategy", "PEM file",
                        "Signing Key File",
                                signingKey(directory.resolve("audit.pem")).toString(),
                        "Personal Ids", "plain"))
                .enable();
        ControllerService ofEvents = nifi.createControllerLevelService("RocksDBEventJournal")
                .set(journal)
                .enable();
        ReportingTask task = nifi.createReportingTask("ProvenanceAuditReportingTask")
                .set("Audit Trail", trail)
                .set("Event Journal", ofEvents)
                .every(PERIOD);
        return new ProvenanceAudit(task, trail, ofEvents, directory.resolve("trail"));
    }

    /** What is published of the trail. */
    public PublishedTrail published() {
        return new PublishedTrail(directory);
    }

    /** Stops the task and removes it with its services. */
    public void remove() {
        task.stop().delete();
        trail.disable().delete();
        journal.disable().delete();
    }

    private static Path signingKey(Path file) {
        try {
            byte[] key = KeyPairGenerator.getInstance("Ed25519")
                    .generateKeyPair()
                    .getPrivate()
                    .getEncoded();
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(key)
                            + "\n-----END PRIVATE KEY-----\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException("No signing key can be made at " + file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has Ed25519", e);
        }
    }
}
