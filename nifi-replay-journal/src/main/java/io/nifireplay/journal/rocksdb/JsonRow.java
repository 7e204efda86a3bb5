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

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
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
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rows as JSON: those that are few, or of many forms. */
final class JsonRow {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(patternsWithFlags())
            .addMixIn(Happening.class, Named.class)
            .addMixIn(Limits.class, WithoutPass.class)
            .addMixIn(ReplayRequest.class, OfProvenance.class)
            .addMixIn(FrozenPlan.class, OfProvenance.class)
            .addMixIn(Governing.class, PlanAsked.class)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A record is its components: isAll() and the like are questions.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .build();

    static {
        JSON.registerSubtypes(Arrays.stream(Happening.class.getPermittedSubclasses())
                .map(kind -> new NamedType(kind, kind.getSimpleName()))
                .toArray(NamedType[]::new));
    }

    private JsonRow() {}

    /** A row of a closed set says which of them it is. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface Named {}

    /** New events pass unless the row says otherwise: what does not need this version, older ones can read. */
    private interface WithoutPass {
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = IsPass.class)
        NewEvents newEvents();
    }

    /** Jobs over the journal's own events are written as before there were governed ones over provenance. */
    private interface OfProvenance {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<?> provenance();
    }

    private interface PlanAsked {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<String> planAskedBy();
    }

    /** Equal to what is not written. */
    private static final class IsPass {
        @Override
        public boolean equals(Object other) {
            return other == NewEvents.PASS;
        }

        @Override
        public int hashCode() {
            return NewEvents.PASS.hashCode();
        }
    }

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

    static byte[] write(Object row) {
        try {
            return JSON.writeValueAsBytes(row);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A row cannot be written down: " + row.getClass(), e);
        }
    }

    static <T> T read(byte[] bytes, Class<T> type) {
        try {
            return JSON.readValue(bytes, type);
        } catch (UnrecognizedPropertyException e) {
            throw new JournalException(
                    "A row in the event journal, of a " + type.getSimpleName() + ", has the field '"
                            + e.getPropertyName()
                            + "', which this version does not know: use the version that wrote it, or"
                            + " a newer one",
                    e);
        } catch (IOException e) {
            throw new JournalException(
                    "A row in the event journal is damaged: it is no " + type.getSimpleName()
                            + ". Restore the directory from a backup, whole",
                    e);
        }
    }

    /** Whether two values say the same. */
    static boolean same(Object one, Object other) {
        return JSON.valueToTree(one).equals(JSON.valueToTree(other));
    }
}
