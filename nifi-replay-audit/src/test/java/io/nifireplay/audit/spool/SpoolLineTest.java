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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.entry.AuditEntry.Link;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpoolLineTest {
    private static final Instant AT = Instant.parse("2026-11-25T12:00:00.100Z");
    private static final SpoolRecord RECORD = new SpoolRecord.Refused(
            "a-record",
            new Refusal(
                    AT,
                    Optional.of("CN=auditor"),
                    Refusal.Right.WRITE,
                    "/data/processors/p",
                    Optional.of("uuid"),
                    Link.KNOWN),
            AT.plusMillis(1),
            3);

    @Property
    void readsWhatItWroteWhateverTheTexts(
            @ForAll String identity, @ForAll String resource, @ForAll String flowFile, @ForAll boolean isKnown) {
        SpoolRecord record = new SpoolRecord.Refused(
                "id",
                new Refusal(
                        AT,
                        Optional.of(identity),
                        isKnown ? Refusal.Right.WRITE : Refusal.Right.READ,
                        resource,
                        Optional.of(flowFile),
                        isKnown ? Link.KNOWN : Link.INFERRED),
                AT,
                1);
        byte[] line = SpoolLine.of(record);
        assertThat(new String(line, UTF_8)).doesNotContain("\n");
        assertThat(SpoolLine.read(line)).contains(record);
    }

    @Test
    void readsRecordsOfBothKinds() {
        SpoolRecord omitted = new SpoolRecord.Omitted("id", AT, AT.plusSeconds(9), 1_000_000_000_000L);
        SpoolRecord nobody = new SpoolRecord.Refused(
                "id",
                new Refusal(AT, Optional.empty(), Refusal.Right.READ, "/provenance", Optional.empty(), Link.KNOWN),
                AT,
                1);
        assertThat(SpoolLine.read(SpoolLine.of(omitted))).contains(omitted);
        assertThat(SpoolLine.read(SpoolLine.of(nobody))).contains(nobody);
        assertThat(SpoolLine.read(SpoolLine.of(RECORD))).contains(RECORD);
    }

    @Test
    void readsNothingElse() {
        byte[] line = SpoolLine.of(RECORD);
        for (int i = 0; i < line.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = line.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThat(SpoolLine.read(changed)).isEmpty();
            }
        }
        String text = new String(line, UTF_8);
        for (String forged : new String[] {
            "",
            "{}",
            "[]",
            "no JSON",
            text + " ",
            text.replace("\"kind\"", "\"kinds\""),
            text.replace("CN=auditor", "CN=somebody"),
            text.replace("\"times\":\"3\"", "\"times\":\"0\"")
        }) {
            assertThat(SpoolLine.read(forged.getBytes(UTF_8))).as(forged).isEmpty();
        }
    }

    @Test
    void keepsTheBeginningOfTextsWithoutEnd() {
        Refusal refusal = new Refusal(
                AT,
                Optional.of("x".repeat(1_000_000)),
                Refusal.Right.WRITE,
                "\ud800".repeat(1_000_000),
                Optional.empty(),
                Link.KNOWN);
        assertThat(refusal.identity().orElseThrow()).hasSize(Refusal.MAX_TEXT).endsWith("x…");
        assertThat(SpoolLine.read(SpoolLine.of(new SpoolRecord.Refused("id", refusal, AT, 1))))
                .isPresent();
    }
}
