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
package io.nifireplay.reporting.health;

import io.nifireplay.journal.Status;
import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.ListRecordSet;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.RecordField;
import org.apache.nifi.serialization.record.RecordFieldType;
import org.apache.nifi.serialization.record.RecordSchema;
import org.apache.nifi.serialization.record.RecordSet;

/** Health as one record, without the names of partitions and without keys. */
public final class HealthRecords {
    public static final RecordSchema SCHEMA = schema();

    private HealthRecords() {}

    private static RecordSchema schema() {
        SimpleRecordSchema schema = new SimpleRecordSchema(List.of(
                field("time", RecordFieldType.TIMESTAMP),
                field("journal", RecordFieldType.STRING),
                field("intervalMillis", RecordFieldType.LONG),
                field("backlog", RecordFieldType.LONG),
                field("inFlight", RecordFieldType.LONG),
                field("delivering", RecordFieldType.LONG),
                field("failed", RecordFieldType.LONG),
                field("deadLetters", RecordFieldType.LONG),
                field("oldestMillis", RecordFieldType.LONG),
                field("accepted", RecordFieldType.LONG),
                field("retried", RecordFieldType.LONG),
                field("replayed", RecordFieldType.LONG),
                field("duplicates", RecordFieldType.LONG),
                field("conflicts", RecordFieldType.LONG),
                field("rejected", RecordFieldType.LONG),
                field("outsideOfJobs", RecordFieldType.LONG),
                field("completed", RecordFieldType.LONG),
                field("withoutClaim", RecordFieldType.LONG),
                field("givenUp", RecordFieldType.LONG),
                new RecordField(
                        "failures", RecordFieldType.MAP.getMapDataType(RecordFieldType.LONG.getDataType()), true),
                field("successShare", RecordFieldType.DOUBLE),
                field("replaysPerSecond", RecordFieldType.DOUBLE),
                field("completionsPerSecond", RecordFieldType.DOUBLE),
                field("openJobs", RecordFieldType.LONG),
                field("leftInJobs", RecordFieldType.LONG),
                field("timeLeftMillis", RecordFieldType.LONG)));
        schema.setSchemaName("ReplayHealth");
        schema.setSchemaNamespace("io.nifireplay");
        return schema;
    }

    private static RecordField field(String name, RecordFieldType type) {
        return new RecordField(name, type.getDataType(), true);
    }

    public static RecordSet of(UUID journal, Health health) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("time", Timestamp.from(health.time()));
        row.put("journal", journal.toString());
        row.put("intervalMillis", health.interval().toMillis());
        row.put("backlog", health.backlog());
        row.put("inFlight", health.backlog(Status.IN_FLIGHT));
        row.put("delivering", health.backlog(Status.DELIVERING));
        row.put("failed", health.backlog(Status.FAILED));
        row.put("deadLetters", health.backlog(Status.DEAD_LETTER));
        health.oldestAge().ifPresent(age -> row.put("oldestMillis", age.toMillis()));
        row.put("accepted", health.arrivals().accepted());
        row.put("retried", health.arrivals().retried());
        row.put("replayed", health.arrivals().replayed());
        row.put("duplicates", health.arrivals().duplicates());
        row.put("conflicts", health.arrivals().conflicts());
        row.put("rejected", health.arrivals().rejected());
        row.put("outsideOfJobs", health.arrivals().outsideOfJobs());
        row.put("completed", health.outcomes().completed());
        row.put("withoutClaim", health.outcomes().withoutClaim());
        row.put("givenUp", health.outcomes().givenUp());
        row.put("failures", health.outcomes().failures());
        health.successShare().ifPresent(share -> row.put("successShare", share));
        row.put("replaysPerSecond", health.replaysPerSecond());
        row.put("completionsPerSecond", health.completionsPerSecond());
        row.put("openJobs", health.openJobs());
        row.put("leftInJobs", health.leftInJobs());
        health.timeLeft().ifPresent(left -> row.put("timeLeftMillis", left.toMillis()));
        return new ListRecordSet(SCHEMA, List.of(new MapRecord(SCHEMA, row)));
    }
}
