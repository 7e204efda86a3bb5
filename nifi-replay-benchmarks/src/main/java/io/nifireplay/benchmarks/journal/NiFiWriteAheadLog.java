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
package io.nifireplay.benchmarks.journal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.nifi.wali.SequentialAccessWriteAheadLog;
import org.wali.SerDe;
import org.wali.SerDeFactory;
import org.wali.UpdateType;

/** The log that NiFi keeps its FlowFiles in, told to sync each update. */
final class NiFiWriteAheadLog implements AutoCloseable {
    private final SequentialAccessWriteAheadLog<Event> log;

    /**
     * A record of the log.
     *
     * @param id unique
     * @param bytes the event
     */
    record Event(String id, byte[] bytes) {}

    NiFiWriteAheadLog(Path folder) throws IOException {
        log = new SequentialAccessWriteAheadLog<>(folder.toFile(), new EventSerDe());
        log.recoverRecords();
    }

    void write(List<Event> events) throws IOException {
        log.update(events, true);
    }

    @Override
    public void close() throws IOException {
        log.shutdown();
    }

    private static final class EventSerDe implements SerDe<Event>, SerDeFactory<Event> {
        @Override
        public void serializeEdit(Event previous, Event event, DataOutputStream out) throws IOException {
            serializeRecord(event, out);
        }

        @Override
        public void serializeRecord(Event event, DataOutputStream out) throws IOException {
            out.writeUTF(event.id());
            out.writeInt(event.bytes().length);
            out.write(event.bytes());
        }

        @Override
        public Event deserializeEdit(DataInputStream in, Map<Object, Event> current, int version) throws IOException {
            return deserializeRecord(in, version);
        }

        @Override
        public Event deserializeRecord(DataInputStream in, int version) throws IOException {
            String id = in.readUTF();
            return new Event(id, in.readNBytes(in.readInt()));
        }

        @Override
        public Object getRecordIdentifier(Event event) {
            return event.id();
        }

        @Override
        public UpdateType getUpdateType(Event event) {
            return UpdateType.CREATE;
        }

        @Override
        public String getLocation(Event event) {
            return null;
        }

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public SerDe<Event> createSerDe(String encoding) {
            return this;
        }
    }
}
