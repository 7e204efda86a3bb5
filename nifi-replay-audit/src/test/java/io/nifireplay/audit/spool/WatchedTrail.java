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

import io.nifireplay.audit.Appended;
import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.AuditTrailStatus;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.testing.Keys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A trail on disk that tells a test which entries it took, and refuses some when told to. */
final class WatchedTrail implements AuditTrail {
    final List<AuditEntry> entries = new ArrayList<>();
    private final AuditTrail trail;
    private Runnable beforeReturning = () -> {};
    private int appendsUntilFailure = Integer.MAX_VALUE;

    WatchedTrail(Path directory) {
        trail = TransparencyLog.open(LogOptions.defaults(directory, Keys.signing(1)));
    }

    void failAfter(int appends) {
        appendsUntilFailure = appends;
    }

    void beforeReturning(Runnable something) {
        beforeReturning = something;
    }

    @Override
    public Appended append(List<? extends AuditEntry> some) {
        if (appendsUntilFailure-- <= 0) {
            throw new AuditException("The disk is full");
        }
        Appended appended = trail.append(some);
        entries.addAll(some);
        beforeReturning.run();
        return appended;
    }

    @Override
    public SignedCheckpoint checkpoint() {
        return trail.checkpoint();
    }

    @Override
    public AuditTrailStatus status() {
        return trail.status();
    }

    @Override
    public void close() {
        trail.close();
    }
}
