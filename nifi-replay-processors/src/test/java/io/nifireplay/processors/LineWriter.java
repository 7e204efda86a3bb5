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
package io.nifireplay.processors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.serialization.RecordSetWriter;
import org.apache.nifi.serialization.RecordSetWriterFactory;
import org.apache.nifi.serialization.WriteResult;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;
import org.apache.nifi.serialization.record.RecordSet;

/** Writes a record a line. */
final class LineWriter extends AbstractControllerService implements RecordSetWriterFactory {
    @Override
    public RecordSchema getSchema(Map<String, String> variables, RecordSchema readSchema) {
        return readSchema;
    }

    @Override
    public RecordSetWriter createWriter(
            ComponentLog logger, RecordSchema schema, OutputStream out, Map<String, String> variables) {
        return new RecordSetWriter() {
            private int count;

            @Override
            public WriteResult write(RecordSet records) throws IOException {
                for (Record record = records.next(); record != null; record = records.next()) {
                    write(record);
                }
                return finishRecordSet();
            }

            @Override
            public WriteResult write(Record record) throws IOException {
                record.isTypeChecked();
                out.write((record.toMap() + "\n").getBytes(StandardCharsets.UTF_8));
                count++;
                return WriteResult.of(1, Map.of());
            }

            @Override
            public void beginRecordSet() {
                count = 0;
            }

            @Override
            public WriteResult finishRecordSet() {
                return WriteResult.of(count, Map.of("lines", Integer.toString(count)));
            }

            @Override
            public String getMimeType() {
                return "text/plain";
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }
}
