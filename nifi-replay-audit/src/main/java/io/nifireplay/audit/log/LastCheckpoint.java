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
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.note.VerifierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The last checkpoint of a log, which must be by those who are to go on with it. */
final class LastCheckpoint {
    private static final String BACKUP =
            ". Restore the directory from a backup, or keep it as evidence and start a new trail"
                    + " in another directory, under another origin";

    private LastCheckpoint() {}

    static AuditException damaged(Path directory, String what) {
        return new AuditException("The audit trail " + directory + " " + what + BACKUP);
    }

    /**
     * Reads the checkpoint of a log that is made.
     *
     * @throws AuditException when it is damaged, of another origin, or signed by other keys than those of the options
     */
    static SignedCheckpoint read(Path directory, LogOptions options) throws IOException {
        Path file = LogDirectory.checkpoint(directory);
        SignedCheckpoint last;
        try {
            last = SignedCheckpoint.parse(Files.readAllBytes(file));
        } catch (MalformedNoteException e) {
            throw damaged(directory, "has a damaged file " + file + ": " + e.getMessage());
        }
        if (!last.checkpoint().origin().equals(options.origin())) {
            throw new AuditException("The audit trail " + directory + " has the origin '"
                    + last.checkpoint().origin() + "', not '" + options.origin()
                    + "': an origin is for ever; set it so, or choose another directory");
        }
        succession(directory, last, options);
        return last;
    }

    /** @throws AuditException when neither this key nor the one before it has signed */
    static Succession succession(Path directory, SignedCheckpoint last, LogOptions options) {
        VerifierKey key = options.signingKey().verifierKey();
        if (last.note().isSignedByExactly(List.of(key))) {
            return Succession.SAME_KEY;
        }
        boolean isByPrevious = options.previousKey()
                .map(SigningKey::verifierKey)
                .filter(previous -> last.note().isSignedByExactly(List.of(previous)))
                .isPresent();
        // Two have signed while a key takes over.
        boolean isTakingOver =
                last.note().isSignedBy(key) && last.note().signatures().size() == 2;
        if (!isByPrevious && !isTakingOver) {
            throw new AuditException("The last checkpoint of the audit trail " + directory
                    + " is signed by another key than " + key + ": "
                    + last.note().signatures().getLast().line()
                    + ". To let a new key take over, give the one before it as well, once");
        }
        return Succession.TAKES_OVER;
    }
}
