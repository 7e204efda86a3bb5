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
package io.nifireplay.systemtest.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An event as its producer has it.
 *
 * @param attributes its CloudEvents attributes, without data and datacontenttype
 * @param contentType the media type of the data
 * @param data what happened
 */
record SourceEvent(Map<String, String> attributes, String contentType, String data) {

    /** Reads a CloudEvent in its JSON format. */
    static SourceEvent of(JsonNode cloudEvent) {
        Map<String, String> attributes = new LinkedHashMap<>();
        cloudEvent.properties().stream()
                .filter(field -> field.getValue().isTextual() && !field.getKey().equals("datacontenttype"))
                .forEach(
                        field -> attributes.put(field.getKey(), field.getValue().asText()));
        return new SourceEvent(
                attributes,
                cloudEvent.path("datacontenttype").asText(),
                cloudEvent.path("data").toString());
    }

    /** The idempotency key that the journal makes of it: source and id. */
    String key() {
        return attributes.get("source") + " " + attributes.get("id");
    }

    /** The same event with other data, as a sender makes it that uses an id twice. */
    SourceEvent withOtherData() {
        return new SourceEvent(attributes, contentType, "{\"altered\":true,\"was\":" + data + "}");
    }

    /** The headers of the HTTP protocol binding's binary mode. */
    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        attributes.forEach((name, value) -> headers.put("ce-" + name, percentEncoded(value)));
        headers.put("Content-Type", contentType);
        return headers;
    }

    /** CloudEvents 1.0.2, HTTP protocol binding, 3.1.3.2: what is not printable ASCII, spaces, quotes and percent signs. */
    private static String percentEncoded(String value) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7f && octet != '"' && octet != '%') {
                encoded.append((char) octet);
            } else {
                encoded.append("%%%02X".formatted(octet));
            }
        }
        return encoded.toString();
    }
}
