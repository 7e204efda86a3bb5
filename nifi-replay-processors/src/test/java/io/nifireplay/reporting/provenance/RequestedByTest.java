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
package io.nifireplay.reporting.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestedByTest {
    private static final String FLOW_FILE =
            "StandardFlowFileRecord[uuid=6e2a,claim=StandardContentClaim [resourceClaim=x],offset=0,name=a for b,size=3]";

    private static ProvenanceEventRecord event(ProvenanceEventType type, String details) {
        return NiFiEvents.event(1, type, "6e2a", Map.of(), builder -> builder.setDetails(details));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CN=operator", "Ada Lovelace, OU=for the audit", "für@example.com"})
    void namesWhoReplayedAndWhoDownloaded(String user) {
        assertThat(RequestedBy.user(event(ProvenanceEventType.REPLAY, "Replay requested by " + user)))
                .contains(user);
        assertThat(RequestedBy.user(event(
                        ProvenanceEventType.DOWNLOAD,
                        "Download of Input Content requested by " + user + " for Provenance Event 12")))
                .contains(user);
        assertThat(RequestedBy.user(event(
                        ProvenanceEventType.DOWNLOAD,
                        "Download of Content requested by " + user + " for " + FLOW_FILE)))
                .contains(user);
    }

    @ParameterizedTest
    @CsvSource({
        "REPLAY, Replay requested by anonymous",
        "REPLAY, Replayed",
        "DOWNLOAD, Download of Content",
        "DOWNLOAD, Download of Output Content requested by anonymous for Provenance Event 1",
        "DROP, FlowFile Queue emptied by CN=operator"
    })
    void namesNobodyWhereNiFiDoesNot(ProvenanceEventType type, String details) {
        assertThat(RequestedBy.user(event(type, details))).isEmpty();
    }

    @Test
    void namesNobodyWithoutDetails() {
        assertThat(RequestedBy.user(event(ProvenanceEventType.REPLAY, null))).isEmpty();
    }
}
