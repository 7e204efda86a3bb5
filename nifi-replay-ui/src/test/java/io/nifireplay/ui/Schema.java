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
package io.nifireplay.ui;

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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The published schemas, so that tests hold them to what the code does. */
enum Schema {
    GOVERNED_JOB("governed-job"),
    GOVERNANCE("governance");

    private static final Map<String, String> PUBLISHED = Stream.of(
                    "governed-job", "governance", "replay-request", "provenance-replay-request", "replay-report")
            .collect(Collectors.toMap(name -> "urn:nifi-replay:" + name, Schema::read));

    private final JsonSchema schema;

    Schema(String name) {
        schema = Factory.INSTANCE.getSchema(
                read(name),
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    }

    /** Enums are made before their own static fields. */
    private static final class Factory {
        private static final JsonSchemaFactory INSTANCE = JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(uri -> PUBLISHED.get(uri))));
    }

    /** What the schema has against a document; nothing when it is valid. */
    List<String> complaints(String json) {
        return schema.validate(json, InputFormat.JSON).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private static String read(String name) {
        try {
            return Files.readString(Path.of("..", "docs", "schemas", name + ".schema.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
