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

/** Is told what an operator must know and nobody waits for. Called by the log's own threads; quick, and without exceptions. */
public interface LogListener {
    /** Tells nobody. */
    LogListener SILENT = new LogListener() {};

    /** A checkpoint could not be made; entries are still acknowledged, until too many wait. It is tried again. */
    default void notPublished(AuditException why) {}

    /** A checkpoint was made, and a receiver did not take it. It is tried again. */
    default void notHandedOver(AuditException why) {}

    /** What was told last is over. */
    default void recovered() {}
}
