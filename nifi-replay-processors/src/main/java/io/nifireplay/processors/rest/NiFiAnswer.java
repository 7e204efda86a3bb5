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
package io.nifireplay.processors.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * What NiFi answered.
 *
 * @param status of HTTP
 * @param limited whether NiFi turned the request away because there were too many
 * @param body as it came
 */
public record NiFiAnswer(int status, boolean limited, byte[] body) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_SHOWN = 300;

    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** @throws NiFiApiException when the body is no JSON */
    public JsonNode json() throws NiFiApiException {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    /**
     * Hands each element of an array to the visitor, the first of that name anywhere in the body, one at a time: all at once
     * may be large.
     *
     * @throws NiFiApiException when the body is no JSON
     */
    void forEach(String array, Consumer<JsonNode> visitor) throws NiFiApiException {
        try (JsonParser parser = JSON.createParser(body)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME && array.equals(parser.currentName())) {
                    parser.nextToken();
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        visitor.accept(parser.readValueAsTree());
                    }
                    return;
                }
            }
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    private static NiFiApiException notJson(IOException e) {
        return new NiFiApiException(
                "NiFi's answer is no JSON: is NiFi API URL the address of NiFi's REST API, with /nifi-api at its end?",
                e);
    }

    /** The body as text, cut. */
    public String text() {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }

    static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not to be written as JSON: " + value.getClass(), e);
        }
    }
}
