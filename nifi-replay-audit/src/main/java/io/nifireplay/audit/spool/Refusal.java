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

import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.FreeText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A replay that NiFi's authorizer refused. Of longer texts than {@value #MAX_TEXT} characters the beginning is kept.
 *
 * @param at when, to the millisecond
 * @param identity who asked, as NiFi names it; empty when NiFi did not say
 * @param right what was asked
 * @param resource what for, such as {@code /data/processors/ID}
 * @param flowFile UUID of the FlowFile that was to be replayed, empty when it is not known
 * @param link whether NiFi was seen to handle a replay, or that is inferred from what it asked
 */
public record Refusal(
        Instant at,
        Optional<String> identity,
        Right right,
        String resource,
        Optional<String> flowFile,
        AuditEntry.Link link) {
    static final int MAX_TEXT = 4_096;

    /** What NiFi asked its authorizer for. */
    public enum Right {
        READ("read"),
        WRITE("write");

        private final String word;

        Right(String word) {
            this.word = word;
        }

        /** As NiFi has it. */
        public String word() {
            return word;
        }
    }

    public Refusal {
        at = at.truncatedTo(ChronoUnit.MILLIS);
        identity = identity.map(Refusal::kept);
        resource = kept(resource);
        flowFile = flowFile.map(Refusal::kept);
    }

    /** Whether another one differs in nothing but its time. */
    Refusal timeless() {
        return new Refusal(Instant.EPOCH, identity, right, resource, flowFile, link);
    }

    private static String kept(String text) {
        return FreeText.withoutHalfPairs(text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…");
    }
}
