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

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One HTTP request.
 *
 * @param method in capitals
 * @param scheme {@code http} or {@code https}, as the server received it
 * @param path the segments behind the servlet's own path, decoded
 * @param headers by their names, in any case; of one that came twice, the values with a comma between them
 * @param body as it came; empty when there is none
 */
public record Call(String method, String scheme, List<String> path, Map<String, String> headers, byte[] body) {
    public Call {
        path = List.copyOf(path);
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        headers = byName;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Whether it only looks. */
    public boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }

    /** The media type of the body, without parameters, in lower case. */
    public Optional<String> mediaType() {
        return header("Content-Type").map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }
}
