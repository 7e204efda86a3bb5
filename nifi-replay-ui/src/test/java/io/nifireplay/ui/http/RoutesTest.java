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
package io.nifireplay.ui.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private final Routes routes = new Routes()
            .on("GET", "jobs/*", named("look"))
            .on("PUT", "jobs/*", named("edit"))
            .on("GET", "jobs", named("list"));

    @Test
    void findsTheRouteOfAMethodAndAPath() throws Problem {
        assertThat(routes.answer(call("GET", "jobs", "a")).body().toString()).isEqualTo("{\"look\":\"[a]\"}");
        assertThat(routes.answer(call("PUT", "jobs", "a")).body().toString()).isEqualTo("{\"edit\":\"[a]\"}");
        assertThat(routes.answer(call("GET", "jobs")).body().toString()).isEqualTo("{\"list\":\"[]\"}");
    }

    @Test
    void saysWhichMethodsThereAre() throws Problem {
        Answer answer = routes.answer(call("DELETE", "jobs", "a"));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("Allow", "GET, PUT");
        assertThat(answer.mediaType()).isEqualTo("application/problem+json");
    }

    @Test
    void findsNothingElse() {
        for (Call call : List.of(call("GET", "job"), call("GET", "jobs", "a", "b"), call("GET", ""))) {
            Problem problem = catchThrowableOfType(Problem.class, () -> routes.answer(call));
            assertThat(problem.answer().status()).isEqualTo(404);
            assertThat(problem.answer().body().path("type").asText()).isEqualTo("urn:nifi-replay:problem:not-found");
        }
    }

    private static Routes.Handler named(String name) {
        return (call, variables) ->
                Answer.ok(JsonNodeFactory.instance.objectNode().put(name, variables.toString()));
    }

    private static Call call(String method, String... path) {
        return new Call(method, "https", List.of(path), Map.of(), new byte[0]);
    }
}
