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
package io.nifireplay.audit.entry;

import java.time.Instant;

/**
 * What NiFi's authorizer was asked, and refused.
 *
 * @param record id of the authorizer's record; who finds it in two entries knows that they are about the same refusal
 * @param right {@code read} or {@code write}
 * @param resource NiFi's name of what was asked for, such as {@code /data/processors/ID}
 * @param link whether NiFi was seen to handle a replay, or that is inferred from what it asked
 * @param times how often, from the entry's time to the last
 * @param last when it was asked for the last time; written to the millisecond
 */
public record RefusedAccess(
        String record, String right, String resource, AuditEntry.Link link, long times, Instant last) {}
