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
package io.nifireplay.systemtest.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.governance.Page.Reply;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.journal.Replays;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** On a NiFi that knows nobody, everybody may everything, and so nobody agrees to anything. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class AnonymousSystemTest {
    @Test
    void nobodyInParticularForcesOrApprovesNothing(ProcessGroup group) {
        JournalFlow flow = new JournalFlow(group);
        Processor journalEvent = flow.journalEvent();
        new Replays(flow, journalEvent);
        flow.prepare();
        ControllerService policy = group.createService("StandardReplayPolicy")
                .set(Map.of("Maximum Rate", "10"))
                .enable();
        ControllerService coordinator = group.createService("StandardReplayCoordinator")
                .set(Map.of("Event Journal", flow.journal().id(), "Replay Policy", policy.id()))
                .enable();
        Page page = new Page(coordinator);
        assertThat(page.get("").json().at("/caller/identity").asText()).isEqualTo("anonymous");
        assertThat(page.get("").json().at("/caller/mayApprove").asBoolean())
                .as("NiFi lets it")
                .isTrue();

        Reply forced = page.post("jobs", 0, request("forced"));
        assertThat(forced.status()).as(forced.body()).isEqualTo(403);
        assertThat(forced.json().path("detail").asText()).contains("certificates");

        // What needs no approval works.
        assertThat(page.post("jobs", 0, request("missed only")).status()).isEqualTo(201);

        coordinator.disable();
        policy.disable().set(Map.of("Maximum Rate", "1000")).enable();
        coordinator.enable();
        String digest = page.get("").json().at("/waiting/digest").asText();
        Reply loosened = page.post("policy/approve", 0, "{\"digest\":\"" + digest + "\",\"reason\":\"an attempt\"}");
        assertThat(loosened.status()).as(loosened.body()).isEqualTo(403);
        assertThat(page.get("").json().at("/pinned/policy/ratePerSecond").asText())
                .isEqualTo("10.0");
    }

    private static String request(String mode) {
        return "{\"action\":\"replay\",\"job\":\"" + mode.replace(' ', '-') + "\",\"mode\":\"" + mode
                + "\",\"select\":{},\"reason\":\"an attempt\"}";
    }
}
