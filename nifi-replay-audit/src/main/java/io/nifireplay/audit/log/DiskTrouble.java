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
import java.io.IOException;
import java.nio.file.Path;

/** Failures of the disk, in words for an operator. */
final class DiskTrouble {
    private DiskTrouble() {}

    static AuditException of(Path directory, String what, IOException e) {
        return new AuditException(
                "The audit trail " + directory + " " + what + ": " + e + ". "
                        + (isFull(e)
                                ? "The disk is full. Make room: the trail goes on by itself, nothing acknowledged is lost"
                                : "Look at the disk and at the rights of the directory"),
                e);
    }

    private static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left")
                || message.contains("File too large")
                || message.contains("quota")
                || message.contains("not enough space");
    }
}
