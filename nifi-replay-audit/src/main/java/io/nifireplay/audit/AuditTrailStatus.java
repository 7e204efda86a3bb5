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
package io.nifireplay.audit;

import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.SignedCheckpoint;
import java.util.Optional;

/**
 * How an audit trail stands.
 *
 * @param acknowledged all that was promised to be there
 * @param published the last checkpoint, which others can verify
 * @param unpublishedBytes of entries that are acknowledged, and in no checkpoint yet
 * @param trouble why the last checkpoint could not be made or not be handed outside, empty when all is well
 */
public record AuditTrailStatus(
        TreeHead acknowledged, SignedCheckpoint published, long unpublishedBytes, Optional<String> trouble) {}
