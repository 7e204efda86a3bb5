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

import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.NiFiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The audit trail of a running NiFi, as who has set it up and whoever verifies it see it. */
final class Trail {
    private static final String NAME = "example.com/audit/system-test";
    private static final int SEED_BYTES = 32;

    private final Path directory;
    private final Path pem;
    private final SigningKey key;

    private Trail(Path directory, Path pem, SigningKey key) {
        this.directory = directory;
        this.pem = pem;
        this.key = key;
    }

    /** A new signing key, and a folder for the trail, in a home of NiFi. */
    static Trail in(Path home) throws IOException, GeneralSecurityException {
        byte[] pkcs8 = KeyPairGenerator.getInstance("Ed25519")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        Path pem = Files.createDirectories(home).resolve("audit.pem");
        Files.writeString(
                pem,
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(pkcs8)
                        + "\n-----END PRIVATE KEY-----\n");
        Files.setPosixFilePermissions(pem, PosixFilePermissions.fromString("rw-------"));
        byte[] seed = Arrays.copyOfRange(pkcs8, pkcs8.length - SEED_BYTES, pkcs8.length);
        return new Trail(home.resolve("audit_trail"), pem, SigningKey.of(NAME, seed));
    }

    /** The trail as a service that reporting tasks see, enabled. */
    ControllerService service(NiFiClient nifi) {
        return nifi.createService("TransparencyLogAuditTrail")
                .set("Directory", directory.toString())
                .set("Log Name", NAME)
                .set("Signing Key Strategy", "PEM file")
                .set("Signing Key File", pem.toString())
                .set("Personal Ids", "plain")
                .enable();
    }

    /** The published entries that have this text as a value; the trail is verified, too. */
    List<String> entries(String text) throws IOException {
        VerificationReport report =
                LogVerifier.verify(VerificationRequest.of(directory.resolve("log"), key.verifierKey())
                        .withEvent(text));
        if (!report.problems().isEmpty()) {
            throw new AssertionError(report.text());
        }
        return report.found().stream().map(VerificationReport.Found::text).toList();
    }
}
