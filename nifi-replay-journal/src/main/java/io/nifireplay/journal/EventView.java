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
package io.nifireplay.journal;

import java.util.OptionalLong;

/**
 * An event as the journal holds it.
 *
 * @param ref its place
 * @param envelope what is known of it
 * @param contentSize in bytes
 * @param contentHash SHA-256 of the content, 64 lower-case hexadecimal digits
 * @param contentInJournal whether the journal has the content itself (a property or retention may leave it out)
 * @param state where it stands
 * @param auditIndex where the outbox was told of its last change; empty without an outbox, while it was not told, and when
 *     that was too long ago
 */
public record EventView(
        EventRef ref,
        Envelope envelope,
        long contentSize,
        String contentHash,
        boolean contentInJournal,
        EventState state,
        OptionalLong auditIndex) {}
