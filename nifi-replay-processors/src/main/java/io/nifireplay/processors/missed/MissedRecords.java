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
package io.nifireplay.processors.missed;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.missed.MissedEvent;
import io.nifireplay.journal.missed.MissedReason;
import io.nifireplay.journal.missed.SequenceGap;
import io.nifireplay.processors.request.Words;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.ListRecordSet;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordField;
import org.apache.nifi.serialization.record.RecordFieldType;
import org.apache.nifi.serialization.record.RecordSchema;
import org.apache.nifi.serialization.record.RecordSet;

/** What was missed as records: one for each event, and one for each run of missing numbers. */
public final class MissedRecords {
    /** The fields, in this order; those that do not apply are null. */
    public static final RecordSchema SCHEMA = schema();

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private MissedRecords() {}

    private static RecordSchema schema() {
        SimpleRecordSchema schema = new SimpleRecordSchema(List.of(
                required("partition", RecordFieldType.STRING),
                optional("position", RecordFieldType.LONG),
                optional("sequence", RecordFieldType.LONG),
                optional("sequenceEnd", RecordFieldType.LONG),
                optional("state", RecordFieldType.STRING),
                required("reason", RecordFieldType.STRING),
                required("since", RecordFieldType.TIMESTAMP),
                optional("admitted", RecordFieldType.TIMESTAMP),
                optional("generation", RecordFieldType.INT),
                optional("attempt", RecordFieldType.INT),
                optional("errorType", RecordFieldType.STRING),
                optional("contentInJournal", RecordFieldType.BOOLEAN)));
        schema.setSchemaName("MissedEvent");
        schema.setSchemaNamespace("io.nifireplay");
        return schema;
    }

    private static RecordField required(String name, RecordFieldType type) {
        return new RecordField(name, type.getDataType(), false);
    }

    private static RecordField optional(String name, RecordFieldType type) {
        return new RecordField(name, type.getDataType(), true);
    }

    /** For a record writer. */
    public static RecordSet of(Missed missed) {
        return new ListRecordSet(
                SCHEMA,
                rows(missed)
                        .map(row -> {
                            row.replaceAll(
                                    (name, value) -> value instanceof Instant time ? Timestamp.from(time) : value);
                            return (Record) new MapRecord(SCHEMA, row);
                        })
                        .toList());
    }

    /** As a JSON array, with times as ISO 8601; fields that do not apply are left out. Leaves the stream open. */
    public static void writeJson(Missed missed, OutputStream out) throws IOException {
        try (JsonGenerator generator = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            generator.writeStartArray();
            for (Map<String, Object> row : (Iterable<Map<String, Object>>) rows(missed)::iterator) {
                row.replaceAll((name, value) -> value instanceof Instant time ? time.toString() : value);
                JSON.writeValue(generator, row);
            }
            generator.writeEndArray();
        }
    }

    private static Stream<Map<String, Object>> rows(Missed missed) {
        return Stream.concat(
                missed.events().stream().map(MissedRecords::row),
                missed.gaps().stream().map(MissedRecords::row));
    }

    private static Map<String, Object> row(MissedEvent event) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("partition", event.event().partition());
        row.put("position", event.event().position());
        event.sequence().ifPresent(sequence -> row.put("sequence", sequence));
        row.put("state", Words.of(event.status()));
        row.put("reason", event.reason().text());
        row.put("since", event.since());
        row.put("admitted", event.admitted());
        row.put("generation", event.generation());
        row.put("attempt", event.attempt());
        event.errorType().ifPresent(type -> row.put("errorType", type));
        row.put("contentInJournal", event.contentInJournal());
        return row;
    }

    private static Map<String, Object> row(SequenceGap gap) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("partition", gap.partition());
        row.put("sequence", gap.from());
        row.put("sequenceEnd", gap.to());
        row.put("reason", MissedReason.SEQUENCE_GAP.text());
        row.put("since", gap.since());
        return row;
    }
}
