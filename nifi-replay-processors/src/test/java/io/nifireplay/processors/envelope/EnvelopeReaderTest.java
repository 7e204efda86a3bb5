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
package io.nifireplay.processors.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.util.MockFlowFile;
import org.junit.jupiter.api.Test;

class EnvelopeReaderTest {
    private static final Content CONTENT = Content.of("content".getBytes(StandardCharsets.UTF_8));

    @Test
    void tellsEventsApartWhoseSourceAndIdJoinAlike() throws Exception {
        assertThat(read(KeyStrategy.CLOUD_EVENT, Map.of("ce-source", "a", "ce-id", "b c"))
                        .key())
                .isEqualTo("a b c");
        assertThatThrownBy(() -> read(KeyStrategy.CLOUD_EVENT, Map.of("ce-source", "a%20b", "ce-id", "c")))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("space");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> read(KeyStrategy.CLOUD_EVENT, Map.of())).hasMessageContaining("no source and no id");
        assertThatThrownBy(() -> read(KeyStrategy.CLOUD_EVENT, Map.of("ce-source", "a")))
                .hasMessageContaining("no id");
        assertThatThrownBy(() -> read(KeyStrategy.HEADER, Map.of())).hasMessageContaining("Idempotency-Key");
    }

    @Test
    void refusesKeysAndPartitionsThatAreOutOfBounds() {
        assertThatThrownBy(() -> read(KeyStrategy.HEADER, Map.of("Idempotency-Key", "k".repeat(1025))))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("1024");
        assertThatThrownBy(() -> read(KeyStrategy.HEADER, Map.of("Idempotency-Key", "\"\"")))
                .isInstanceOf(InvalidEventException.class);
        assertThatThrownBy(() ->
                        read(KeyStrategy.HEADER, Map.of("Idempotency-Key", "k", "ce-partitionkey", "p".repeat(256))))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("partition");
        assertThatThrownBy(() -> read(KeyStrategy.HEADER, Map.of("Idempotency-Key", "k", "ce-partitionkey", "a%0Ab")))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("control character");
    }

    @Test
    void keepsTheEventsOwnAttributesOnly() throws Exception {
        Envelope envelope = read(
                KeyStrategy.CONTENT, Map.of("tenant", "blue", "replay.token", "x", "replay.", "y", "replayed", "z"));

        assertThat(envelope.attributes())
                .containsEntry("tenant", "blue")
                .containsEntry("replayed", "z")
                .doesNotContainKeys("replay.token", "replay.", "uuid");
    }

    @Test
    void takesFieldsFromExpressionsBeforeHeaders() throws Exception {
        EnvelopeFields fields = new EnvelopeFields(
                KeyStrategy.EXPRESSION,
                Optional.of(flowFile -> "key"),
                Optional.of(flowFile -> "partition"),
                Optional.of(flowFile -> "id"),
                Optional.of(flowFile -> "source"),
                Optional.of(flowFile -> "type"),
                Optional.of(flowFile -> "2026-11-23T10:00:00Z"),
                Optional.of(flowFile -> "5"));
        EnvelopeReader reader = new EnvelopeReader(fields, "processor", "group");

        Envelope envelope = reader.read(
                flowFile(Map.of("ce-id", "x", "ce-source", "x", "ce-type", "x", "ce-sequence", "9")), CONTENT);

        assertThat(envelope.key()).isEqualTo("key");
        assertThat(envelope.partition()).isEqualTo("partition");
        assertThat(envelope.id()).contains("id");
        assertThat(envelope.source()).contains("source");
        assertThat(envelope.type()).contains("type");
        assertThat(envelope.sequence()).hasValue(5);
        assertThat(envelope.origin().componentId()).isEqualTo("processor");
        assertThat(envelope.origin().processGroupId()).isEqualTo("group");
    }

    @Test
    void leavesAnUnreadableTimeOutAndCountsIt() throws Exception {
        EnvelopeReader reader = new EnvelopeReader(EnvelopeFields.fromHeaders(KeyStrategy.CONTENT), "", "");

        Envelope envelope = reader.read(flowFile(Map.of("ce-time", "yesterday", "ce-sequence", "-1")), CONTENT);

        assertThat(envelope.time()).isEmpty();
        assertThat(envelope.sequence()).isEmpty();
        assertThat(reader.unreadableTimes()).isEqualTo(1);
        assertThat(reader.unreadableSequences()).isEqualTo(1);
    }

    private static Envelope read(KeyStrategy strategy, Map<String, String> attributes) throws Exception {
        return new EnvelopeReader(EnvelopeFields.fromHeaders(strategy), "", "").read(flowFile(attributes), CONTENT);
    }

    private static MockFlowFile flowFile(Map<String, String> attributes) {
        MockFlowFile flowFile = new MockFlowFile(1);
        flowFile.putAttributes(attributes);
        return flowFile;
    }
}
