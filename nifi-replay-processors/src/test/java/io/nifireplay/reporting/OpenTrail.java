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
package io.nifireplay.reporting;

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.personal.PersonalIds;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import io.nifireplay.services.audit.AuditTrailService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.controller.AbstractControllerService;

/** A trail on disk as a service without properties. */
final class OpenTrail extends AbstractControllerService implements AuditTrailService {
    private final Path directory;
    private final SigningKey key = SigningKey.of("example.com/audit", new byte[32]);
    private Optional<AuditTrail> trail = Optional.empty();
    private volatile PersonalIds personalIds = PersonalIds.plain();

    OpenTrail(Path directory) {
        this.directory = directory;
    }

    void open() {
        trail = Optional.of(TransparencyLog.open(LogOptions.defaults(directory, key)));
    }

    void close() {
        trail.ifPresent(AuditTrail::close);
        trail = Optional.empty();
    }

    /** Writes ids of persons so, from now on. */
    void writeIds(PersonalIds ids) {
        personalIds = ids;
    }

    /** How many entries there are, verified. */
    long size() throws IOException {
        getAuditTrail().checkpoint();
        return verify(VerificationRequest.of(directory.resolve("log"), key.verifierKey()))
                .entries();
    }

    /** The entries that have this text as a value. */
    List<String> entries(String text) throws IOException {
        getAuditTrail().checkpoint();
        return verify(VerificationRequest.of(directory.resolve("log"), key.verifierKey())
                        .withEvent(text))
                .found()
                .stream()
                .map(VerificationReport.Found::text)
                .toList();
    }

    @Override
    public AuditTrail getAuditTrail() {
        return trail.orElseThrow(() -> new AuditException("The service is not enabled"));
    }

    @Override
    public PersonalIds getPersonalIds() {
        return personalIds;
    }

    @Override
    public boolean isRequired() {
        return true;
    }

    private static VerificationReport verify(VerificationRequest request) throws IOException {
        VerificationReport report = LogVerifier.verify(request);
        if (!report.problems().isEmpty()) {
            throw new AssertionError(report.problems());
        }
        return report;
    }
}
