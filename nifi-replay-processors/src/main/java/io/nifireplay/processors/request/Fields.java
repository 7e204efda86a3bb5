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

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The fields of one JSON object. Every complaint names the field's path. */
final class Fields {
    private final JsonNode object;
    private final String path;

    private Fields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** The fields of the whole document. */
    static Fields ofDocument(JsonNode document) throws InvalidRequestException {
        return of(document, "$");
    }

    private static Fields of(JsonNode node, String path) throws InvalidRequestException {
        if (!node.isObject()) {
            throw new InvalidRequestException(path, "must be an object");
        }
        return new Fields(node, path);
    }

    /** Refuses every field that is not among these. */
    void only(Collection<String> known) throws InvalidRequestException {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!known.contains(field.getKey())) {
                throw new InvalidRequestException(
                        at(field.getKey()), "is not known here; known are " + String.join(", ", known));
            }
        }
    }

    String requiredText(String field) throws InvalidRequestException {
        Optional<String> text = text(field);
        if (text.isEmpty()) {
            throw new InvalidRequestException(at(field), "is missing");
        }
        return text.get();
    }

    Optional<String> text(String field) throws InvalidRequestException {
        Optional<JsonNode> node = node(field);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(text(node.get(), at(field)));
    }

    boolean flag(String field) throws InvalidRequestException {
        Optional<JsonNode> node = node(field);
        if (node.isPresent() && !node.get().isBoolean()) {
            throw new InvalidRequestException(at(field), "must be true or false");
        }
        return node.isPresent() && node.get().booleanValue();
    }

    /** A whole number, 0 or more. */
    OptionalLong wholeNumber(String field) throws InvalidRequestException {
        Optional<JsonNode> node = node(field);
        if (node.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!node.get().isIntegralNumber()
                || !node.get().canConvertToLong()
                || node.get().longValue() < 0) {
            throw new InvalidRequestException(at(field), "must be a whole number of 0 or more");
        }
        return OptionalLong.of(node.get().longValue());
    }

    Optional<Double> number(String field) throws InvalidRequestException {
        Optional<JsonNode> node = node(field);
        if (node.isPresent() && !node.get().isNumber()) {
            throw new InvalidRequestException(at(field), "must be a number");
        }
        return node.map(JsonNode::doubleValue);
    }

    Optional<Instant> time(String field) throws InvalidRequestException {
        Optional<String> text = text(field);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text.get()).toInstant());
        } catch (DateTimeException e) {
            throw new InvalidRequestException(
                    at(field), "'" + text.get() + "' is no time with a zone, such as 2026-11-23T10:15:30Z");
        }
    }

    /** Texts, empty when the field is not there; when it is, it has at least one. */
    List<String> texts(String field) throws InvalidRequestException {
        Optional<JsonNode> node = node(field);
        if (node.isEmpty()) {
            return List.of();
        }
        if (!node.get().isArray() || node.get().isEmpty()) {
            throw new InvalidRequestException(at(field), "must be a list of at least one text");
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < node.get().size(); i++) {
            texts.add(text(node.get().get(i), at(field) + "[" + i + "]"));
        }
        return texts;
    }

    Map<String, String> textByName(String field) throws InvalidRequestException {
        Optional<Fields> object = object(field);
        if (object.isEmpty()) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.get().object.properties()) {
            if (!entry.getValue().isTextual()) {
                throw new InvalidRequestException(object.get().at(entry.getKey()), "must be a text");
            }
            texts.put(entry.getKey(), entry.getValue().textValue());
        }
        return texts;
    }

    Optional<Fields> object(String field) throws InvalidRequestException {
        Optional<JsonNode> node = node(field);
        return node.isEmpty() ? Optional.empty() : Optional.of(of(node.get(), at(field)));
    }

    /** The path of a field, for a complaint. */
    String at(String field) {
        return path + "." + field;
    }

    private Optional<JsonNode> node(String field) throws InvalidRequestException {
        JsonNode node = object.get(field);
        if (node != null && node.isNull()) {
            throw new InvalidRequestException(at(field), "is null; leave the field out instead");
        }
        return Optional.ofNullable(node);
    }

    private static String text(JsonNode node, String path) throws InvalidRequestException {
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw new InvalidRequestException(path, "must be a text that is not empty");
        }
        return node.textValue();
    }
}
