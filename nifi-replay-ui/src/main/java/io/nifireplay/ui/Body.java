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

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nifireplay.ui.http.Call;
import io.nifireplay.ui.http.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The body of a call that is a JSON object of texts, none of them empty and none too many. */
final class Body {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode object;

    private Body(JsonNode object) {
        this.object = object;
    }

    /** @throws Problem when it is no JSON object, or has other members than these */
    static Body of(Call call, String... members) throws Problem {
        JsonNode object;
        try {
            object = JSON.readTree(call.body());
        } catch (IOException e) {
            throw new Problem(Problem.Kind.MALFORMED, "The body is no JSON");
        }
        if (!object.isObject()) {
            throw new Problem(Problem.Kind.MALFORMED, "The body must be a JSON object");
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (!List.of(members).contains(member.getKey())) {
                throw new Problem(
                        Problem.Kind.MALFORMED,
                        "'" + member.getKey() + "' is not known here; known are " + String.join(", ", members));
            }
        }
        return new Body(object);
    }

    /** @throws Problem when it is missing, no text, or empty */
    String text(String member) throws Problem {
        JsonNode value = object.path(member);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw new Problem(Problem.Kind.MALFORMED, "'" + member + "' must be a text that is not empty");
        }
        return value.textValue();
    }
}
