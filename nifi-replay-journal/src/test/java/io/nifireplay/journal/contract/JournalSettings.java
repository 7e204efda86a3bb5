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
package io.nifireplay.journal.contract;

import io.nifireplay.journal.JournalTime;
import java.time.Duration;

/** What the contract asks of an engine's options. */
public record JournalSettings(
        Duration lease,
        Duration payloadRetention,
        Duration keyRetention,
        boolean keepContent,
        int maxResultBytes,
        Duration reEmitAfter,
        boolean outbox,
        JournalTime time) {
    public static final Duration LEASE = Duration.ofMinutes(10);
    public static final Duration RE_EMIT_AFTER = Duration.ofMinutes(3);
    public static final Duration PAYLOAD_RETENTION = Duration.ofDays(2);
    public static final Duration KEY_RETENTION = Duration.ofDays(14);
    public static final int MAX_RESULT_BYTES = 1_000;

    public static JournalSettings of(JournalTime time) {
        return new JournalSettings(
                LEASE, PAYLOAD_RETENTION, KEY_RETENTION, true, MAX_RESULT_BYTES, RE_EMIT_AFTER, false, time);
    }

    public JournalSettings withoutContent() {
        return new JournalSettings(
                lease, payloadRetention, keyRetention, false, maxResultBytes, reEmitAfter, outbox, time);
    }

    public JournalSettings withOutbox(boolean value) {
        return new JournalSettings(
                lease, payloadRetention, keyRetention, keepContent, maxResultBytes, reEmitAfter, value, time);
    }
}
