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

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.ProvenanceLink;
import io.nifireplay.processors.ReplayAttributes;
import io.nifireplay.processors.cloudevents.HeaderAttributes;
import io.nifireplay.processors.cloudevents.HeaderAttributes.Header;
import io.nifireplay.processors.cloudevents.HeaderValue;
import io.nifireplay.processors.cloudevents.MalformedHeaderException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;

/**
 * Reads envelopes from FlowFiles, for one thread. Key and partition must be right; a time or a sequence that cannot be read
 * is left out and counted, since a message is not to be missed for it.
 */
public final class EnvelopeReader {
    private static final String UUID = CoreAttributes.UUID.key();
    private static final int BUFFER_BYTES = 64 * 1024;

    private final EnvelopeFields fields;
    private final String componentId;
    private final String processGroupId;
    private int unreadableTimes;
    private int unreadableSequences;

    /**
     * @param componentId the processor that admits
     * @param processGroupId the process group of that processor, or empty
     */
    public EnvelopeReader(EnvelopeFields fields, String componentId, String processGroupId) {
        this.fields = fields;
        this.componentId = componentId;
        this.processGroupId = processGroupId;
    }

    /**
     * @throws InvalidEventException when key or partition are missing, malformed or out of bounds
     * @throws IOException when the content has to be read for the key, and cannot be
     */
    public Envelope read(FlowFile flowFile, Content content) throws InvalidEventException, IOException {
        Map<String, String> attributes = flowFile.getAttributes();
        HeaderAttributes headers = HeaderAttributes.of(attributes);
        try {
            Optional<String> id = field(fields.id(), headers, Header.ID, flowFile);
            Optional<String> source = field(fields.source(), headers, Header.SOURCE, flowFile);
            return new Envelope(
                    key(flowFile, content, headers, source, id),
                    partition(flowFile, headers),
                    id,
                    source,
                    field(fields.type(), headers, Header.TYPE, flowFile),
                    time(field(fields.time(), headers, Header.TIME, flowFile)),
                    sequence(field(fields.sequence(), headers, Header.SEQUENCE, flowFile)),
                    ownAttributes(attributes),
                    new ProvenanceLink(
                            attributes.get(UUID), componentId, processGroupId, flowFile.getLineageStartDate()));
        } catch (MalformedHeaderException | IllegalArgumentException e) {
            throw new InvalidEventException(e.getMessage());
        }
    }

    /** How many times could not be read. */
    public int unreadableTimes() {
        return unreadableTimes;
    }

    /** How many sequences could not be read. */
    public int unreadableSequences() {
        return unreadableSequences;
    }

    private String key(
            FlowFile flowFile, Content content, HeaderAttributes headers, Optional<String> source, Optional<String> id)
            throws InvalidEventException, MalformedHeaderException, IOException {
        return switch (fields.strategy()) {
            case CLOUD_EVENT -> cloudEventKey(source, id);
            case HEADER -> headerKey(headers);
            case EXPRESSION ->
                fields.key()
                        .map(expression -> expression.of(flowFile))
                        .filter(key -> !key.isBlank())
                        .orElseThrow(() -> new InvalidEventException(
                                "The property Idempotency Key yields nothing for this FlowFile"));
            case CONTENT -> "sha256:" + HexFormat.of().formatHex(sha256(content));
        };
    }

    private static String cloudEventKey(Optional<String> source, Optional<String> id) throws InvalidEventException {
        if (source.isEmpty() || id.isEmpty()) {
            throw new InvalidEventException("The event has no "
                    + (source.isPresent() ? "id" : id.isPresent() ? "source" : "source and no id")
                    + ": neither an attribute ce-id, ce-source or http.headers.ce-id, http.headers.ce-source, nor the"
                    + " properties Event ID, Event Source give it");
        }
        // A source is a URI reference, which has no space: so no two pairs make the same key.
        if (source.get().indexOf(' ') >= 0) {
            throw new InvalidEventException("The event's source has a space, and is no URI reference: " + source.get());
        }
        return source.get() + ' ' + id.get();
    }

    private static String headerKey(HeaderAttributes headers) throws InvalidEventException, MalformedHeaderException {
        Optional<String> raw = headers.raw(Header.IDEMPOTENCY_KEY);
        if (raw.isEmpty()) {
            throw new InvalidEventException(
                    "The request has no Idempotency-Key: there is no attribute Idempotency-Key or"
                            + " http.headers.Idempotency-Key");
        }
        return HeaderValue.structuredString(Header.IDEMPOTENCY_KEY.headerName(), raw.get());
    }

    private String partition(FlowFile flowFile, HeaderAttributes headers) throws MalformedHeaderException {
        if (fields.partition().isPresent()) {
            return fields.partition().get().of(flowFile);
        }
        return headers.cloudEvent(Header.PARTITION_KEY).orElse(EnvelopeFields.DEFAULT_PARTITION);
    }

    private static Optional<String> field(
            Optional<Expression> expression, HeaderAttributes headers, Header header, FlowFile flowFile)
            throws MalformedHeaderException {
        if (expression.isEmpty()) {
            return headers.cloudEvent(header);
        }
        String value = expression.get().of(flowFile);
        return value.isBlank() ? Optional.empty() : Optional.of(value);
    }

    private Optional<Instant> time(Optional<String> text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text.get()).toInstant());
        } catch (DateTimeParseException e) {
            unreadableTimes++;
            return Optional.empty();
        }
    }

    private OptionalLong sequence(Optional<String> text) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long sequence = Long.parseLong(text.get());
            if (sequence >= 0) {
                return OptionalLong.of(sequence);
            }
        } catch (NumberFormatException e) {
            // Counted below.
        }
        unreadableSequences++;
        return OptionalLong.empty();
    }

    /** All but the UUID, which is the FlowFile's and not the event's, and what another flow or a stranger wrote of replays. */
    private static Map<String, String> ownAttributes(Map<String, String> attributes) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Map.Entry<String, String>[] own = new Map.Entry[attributes.size()];
        int count = 0;
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            String name = attribute.getKey();
            if (!ReplayAttributes.isOne(name) && !name.equals(UUID)) {
                own[count++] = attribute;
            }
        }
        // Immutable at once: the envelope's own copy is then none.
        return Map.ofEntries(count == own.length ? own : Arrays.copyOf(own, count));
    }

    private static byte[] sha256(Content content) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JDK offers no SHA-256", e);
        }
        byte[] buffer = new byte[(int) Math.min(Math.max(content.size(), 1), BUFFER_BYTES)];
        return content.read(in -> {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return digest.digest();
        });
    }
}
