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
package io.nifireplay.processors.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The published schemas, so that tests hold them to what the code does. */
public enum Schema {
    REQUEST("replay-request.schema.json"),
    PROVENANCE_REQUEST("provenance-replay-request.schema.json"),
    REPORT("replay-report.schema.json"),
    AUDIT_VERIFICATION("audit-verification.schema.json"),
    AUDIT_ENTRY("audit-entry.schema.json");

    private final JsonSchema schema;

    Schema(String file) {
        try {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(
                            Files.readString(Path.of("..", "docs", "schemas", file)),
                            SchemaValidatorsConfig.builder()
                                    .formatAssertionsEnabled(true)
                                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the schema has against a document; nothing when it is valid. */
    public List<String> complaints(String json) {
        return schema.validate(json, InputFormat.JSON).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    /** The documents that the schema gives as examples. */
    List<String> examples() {
        ObjectMapper mapper = new ObjectMapper();
        List<String> examples = new ArrayList<>();
        for (JsonNode example : schema.getSchemaNode().path("examples")) {
            try {
                examples.add(mapper.writeValueAsString(example));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }
        return examples;
    }
}
