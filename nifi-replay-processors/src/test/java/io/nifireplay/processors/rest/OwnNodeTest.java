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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.processors.rest.StubNiFi.Answer;
import java.net.URI;
import org.junit.jupiter.api.Test;

class OwnNodeTest {
    private static final URI BALANCER = URI.create("https://nifi.example.com/nifi-api");
    private static final String NODES = """
            {"nodeResults": [{"id": "a", "address": "n1:8443"}, {"id": "b", "address": "n2:8443"},
             {"id": "c", "address": "n2:9443"}]}
            """;

    @Test
    void isTheOneOnThisHost() throws Exception {
        assertThat(find(Answer.of(200, NODES), "n1", BALANCER)).isEqualTo(new ClusterNode("a", "n1:8443"));
    }

    @Test
    void isTheOneWhoseApiIsAskedWhereSeveralAreOnOneHost() throws Exception {
        assertThat(find(Answer.of(200, NODES), "n2", URI.create("https://n2:9443/nifi-api"))
                        .id())
                .isEqualTo("c");
        assertThatThrownBy(() -> find(Answer.of(200, NODES), "n2", BALANCER))
                .isExactlyInstanceOf(NiFiApiException.class)
                .hasMessageContaining("several nodes on n2")
                .hasMessageContaining("environment variable");
    }

    @Test
    void waitsForOneThatIsNotConnected() {
        assertThatThrownBy(() -> find(Answer.of(200, NODES), "n3", BALANCER))
                .isInstanceOf(ClusterNotReadyException.class)
                .hasMessageContaining("n3 is not connected");
        assertThatThrownBy(() -> find(
                        Answer.of(404, "Only a node connected to a cluster can process the request."), "n1", BALANCER))
                .isInstanceOf(ClusterNotReadyException.class);
    }

    @Test
    void takesNoOtherOneOnItsHostForItselfWhileItIsAway() {
        assertThatThrownBy(() -> find(Answer.of(200, NODES), "n1", URI.create("https://n1:9443/nifi-api")))
                .isInstanceOf(ClusterNotReadyException.class)
                .hasMessageContaining("n1:9443 is not connected");
        assertThatThrownBy(() -> find(Answer.of(200, NODES), "n1", URI.create("https://n1/nifi-api")))
                .isInstanceOf(ClusterNotReadyException.class)
                .hasMessageContaining("n1:443 is not connected");
    }

    @Test
    void namesThePolicyThatIsMissing() {
        assertThatThrownBy(() -> find(Answer.of(403, "No."), "n1", BALANCER))
                .isInstanceOf(MissingPolicyException.class)
                .hasMessageContaining("'view the user interface' (read on /flow)");
    }

    private static ClusterNode find(Answer answer, String host, URI base) throws Exception {
        try (StubNiFi nifi = new StubNiFi((method, path, body) -> {
                    assertThat(path).isEqualTo("/flow/cluster/search-results");
                    return answer;
                });
                NiFiApi api = nifi.api()) {
            return new OwnNode(api, base).find(host);
        }
    }
}
