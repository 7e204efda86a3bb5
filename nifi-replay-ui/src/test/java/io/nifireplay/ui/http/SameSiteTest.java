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
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nifireplay.ui.http.Problem.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SameSiteTest {
    private static final Map<String, String> OURS = Map.of(
            "Host", "nifi.example:8443",
            "Origin", "https://nifi.example:8443",
            "NiFi-Replay", "1",
            "Content-Type", "application/json");

    @Test
    void takesACallOfOurOwnPage() {
        taken(Map.of());
        taken(Map.of("Content-Type", "application/json; charset=UTF-8"));
        taken(Map.of("Host", "nifi.example", "Origin", "https://nifi.example:443"));
        taken(Map.of("Host", "NiFi.example:8443", "Origin", "https://nifi.Example:8443"));
        taken(Map.of("Host", "[::1]:8443", "Origin", "https://[::1]:8443"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://nifi.example",
                "http://nifi.example:8443",
                "https://nifi.example:8443.evil.example",
                "https://nifi.example:84430",
                "null",
                "",
                "nifi.example:8443",
                "https://nifi.example:8443,https://evil.example"
            })
    void refusesAnotherOrigin(String origin) {
        refused(Map.of("Origin", origin), Kind.CROSS_SITE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin", "NiFi-Replay"})
    void refusesACallWithoutWhatABrowserWouldNotLetAForeignPageSend(String header) {
        assertThat(problem(without(header)).kind()).isEqualTo(Kind.CROSS_SITE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/plain;application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "application/jsonx"
            })
    void refusesWhatAFormCouldSend(String type) {
        refused(Map.of("Content-Type", type), Kind.NOT_JSON);
    }

    @Test
    void refusesABodyOfNoType() {
        assertThat(problem(without("Content-Type")).kind()).isEqualTo(Kind.NOT_JSON);
    }

    @Test
    void behindAProxyGoesByTheAddressThatTheProxyWasCalledBy() {
        Map<String, String> proxied = Map.of(
                "Host",
                "10.0.0.7:8443",
                "X-ProxyHost",
                "flows.example",
                "X-ProxyScheme",
                "https",
                "X-ProxyPort",
                "9443");
        taken(with(proxied, "Origin", "https://flows.example:9443"));
        refused(with(proxied, "Origin", "https://10.0.0.7:8443"), Kind.CROSS_SITE);

        Map<String, String> forwarded = Map.of(
                "Host", "10.0.0.7:8443", "X-Forwarded-Host", "flows.example:9443, inner", "X-Forwarded-Port", "1, 2");
        taken(with(forwarded, "Origin", "https://flows.example:9443"));
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return more;
    }

    private static Map<String, String> without(String header) {
        Map<String, String> headers = new HashMap<>(OURS);
        headers.remove(header);
        return headers;
    }

    private static void taken(Map<String, String> changed) {
        Map<String, String> headers = new HashMap<>(OURS);
        headers.putAll(changed);
        assertThatCode(() -> SameSite.require(call(headers))).doesNotThrowAnyException();
    }

    private static void refused(Map<String, String> changed, Kind kind) {
        Map<String, String> headers = new HashMap<>(OURS);
        headers.putAll(changed);
        assertThat(problem(headers).kind()).isEqualTo(kind);
    }

    private static Problem problem(Map<String, String> headers) {
        return catchThrowableOfType(Problem.class, () -> SameSite.require(call(headers)));
    }

    private static Call call(Map<String, String> headers) {
        return new Call("POST", "https", List.of("jobs"), headers, new byte[0]);
    }
}
