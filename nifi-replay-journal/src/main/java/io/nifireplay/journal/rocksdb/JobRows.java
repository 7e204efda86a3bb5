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
package io.nifireplay.journal.rocksdb;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.regex.Pattern;

/** A job's two rows as JSON: what never changes, and what does. */
final class JobRows {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(patternsWithFlags())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A record is its components: isAll() and the like are questions.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .build();

    private JobRows() {}

    private static SimpleModule patternsWithFlags() {
        SimpleModule module = new SimpleModule();
        module.addSerializer(Pattern.class, new JsonSerializer<>() {
            @Override
            public void serialize(Pattern pattern, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writePOJO(new PatternRow(pattern.pattern(), pattern.flags()));
            }
        });
        module.addDeserializer(Pattern.class, new JsonDeserializer<>() {
            @Override
            public Pattern deserialize(JsonParser json, DeserializationContext context) throws IOException {
                PatternRow row = json.readValueAs(PatternRow.class);
                return Pattern.compile(row.regex(), row.flags());
            }
        });
        return module;
    }

    private record PatternRow(String regex, int flags) {}

    /** What was asked and found. */
    record Opening(ReplayRequest request, Plan plan, Instant started) {}

    /** What became of it so far. */
    record Standing(JobState state, String reason, Progress progress, Instant changed, long ranMillis) {}

    static byte[] key(long job, int part) {
        byte[] key = new byte[9];
        Place.putLong(key, 0, job);
        key[8] = (byte) part;
        return key;
    }

    static byte[] itemKey(long job, Place place) {
        byte[] key = new byte[8 + Place.BYTES];
        Place.putLong(key, 0, job);
        Place.put(key, 8, place.partition(), place.position());
        return key;
    }

    static byte[] write(Object row) {
        try {
            return JSON.writeValueAsBytes(row);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A replay job cannot be written down", e);
        }
    }

    static <T> T read(byte[] bytes, Class<T> type) {
        try {
            return JSON.readValue(bytes, type);
        } catch (IOException e) {
            throw new JournalException("A replay job's row in the event journal is damaged", e);
        }
    }

    /** Whether two requests ask for the same. */
    static boolean same(ReplayRequest one, ReplayRequest other) {
        return JSON.valueToTree(one).equals(JSON.valueToTree(other));
    }
}
