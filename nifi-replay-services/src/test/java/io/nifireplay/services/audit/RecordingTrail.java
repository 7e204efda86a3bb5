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
package io.nifireplay.services.audit;

import io.nifireplay.audit.Appended;
import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.AuditTrailStatus;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.personal.PersonalIds;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.apache.nifi.controller.AbstractControllerService;

/** A trail that remembers, and whose disk can be full. */
final class RecordingTrail extends AbstractControllerService implements AuditTrailService, AuditTrail {
    private final List<AuditEntry> entries = new ArrayList<>();
    private final boolean required;
    private volatile boolean full;

    RecordingTrail(boolean required) {
        this.required = required;
    }

    void isFull(boolean value) {
        full = value;
    }

    synchronized List<AuditEntry> entries() {
        return List.copyOf(entries);
    }

    @Override
    public synchronized Appended append(List<? extends AuditEntry> more) {
        if (full) {
            throw new AuditException("No space left on device");
        }
        entries.addAll(more);
        return new Appended(entries.size() - more.size(), more.size());
    }

    @Override
    public AuditTrail getAuditTrail() {
        return this;
    }

    @Override
    public PersonalIds getPersonalIds() {
        return PersonalIds.pseudonyms(new SecretKeySpec(new byte[32], "HmacSHA256"));
    }

    @Override
    public boolean isRequired() {
        return required;
    }

    @Override
    public SignedCheckpoint checkpoint() {
        throw new UnsupportedOperationException("Nobody asks");
    }

    @Override
    public AuditTrailStatus status() {
        throw new UnsupportedOperationException("Nobody asks");
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
