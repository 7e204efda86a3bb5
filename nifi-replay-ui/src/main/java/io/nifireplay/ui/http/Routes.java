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

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which handler answers which method and path. */
public final class Routes {
    private static final String VARIABLE = "*";

    private final List<Route> routes = new ArrayList<>();

    /** Answers the calls of one route. */
    @FunctionalInterface
    public interface Handler {
        /** @param variables the segments that the route leaves open, in order */
        Answer answer(Call call, List<String> variables) throws Problem;
    }

    private record Route(String method, List<String> template, Handler handler) {
        private Optional<List<String>> variables(List<String> path) {
            if (path.size() != template.size()) {
                return Optional.empty();
            }
            List<String> variables = new ArrayList<>();
            for (int i = 0; i < path.size(); i++) {
                if (template.get(i).equals(VARIABLE)) {
                    variables.add(path.get(i));
                } else if (!template.get(i).equals(path.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(variables);
        }
    }

    /** @param template segments with a slash between them, {@code *} for one that is left open */
    public Routes on(String method, String template, Handler handler) {
        routes.add(new Route(method, List.of(template.split("/")), handler));
        return this;
    }

    /** @throws Problem of its handler; when there is none; when the path is there for other methods only */
    public Answer answer(Call call) throws Problem {
        Set<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            Optional<List<String>> variables = route.variables(call.path());
            if (variables.isPresent()) {
                if (route.method().equals(call.method())) {
                    return route.handler().answer(call, variables.get());
                }
                allowed.add(route.method());
            }
        }
        if (allowed.isEmpty()) {
            throw new Problem(Problem.Kind.NOT_FOUND, "There is nothing at /" + String.join("/", call.path()));
        }
        return new Problem(
                        Problem.Kind.METHOD_NOT_ALLOWED,
                        call.method() + " is not possible here; possible is " + String.join(", ", allowed))
                .answer()
                .with("Allow", String.join(", ", allowed));
    }
}
