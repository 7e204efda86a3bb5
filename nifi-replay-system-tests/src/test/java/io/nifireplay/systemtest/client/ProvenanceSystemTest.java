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
package io.nifireplay.systemtest.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ProvenanceSystemTest {
    @Test
    void replaysAnEventIntoItsSourceQueue(NiFiClient nifi, ProcessGroup group) {
        Processor generate = group.createProcessor("GenerateFlowFile")
                .set("Custom Text", "again")
                .every("1 hour");
        Processor update = group.createProcessor("UpdateAttribute").set("colour", "blue");
        Connection source = generate.to(update, "success");
        Connection result = update.to(group.createFunnel(), "success");
        group.start();
        FlowFile first = result.awaitCount(1).onlyFlowFile();
        update.stop();

        ProvenanceEvent changed = await().until(
                        () -> nifi.provenance().ofComponent(update.id(), "ATTRIBUTES_MODIFIED"),
                        events -> events.size() == 1)
                .getFirst();
        assertThat(changed.flowFileUuid()).isEqualTo(first.uuid());
        assertThat(changed.attributes()).containsEntry("colour", "blue");
        assertThat(nifi.provenance().replayRefusal(changed)).isEmpty();
        assertThat(new String(nifi.provenance().inputContent(changed), StandardCharsets.UTF_8))
                .isEqualTo("again");

        List<String> replayed = nifi.provenance().replay(changed);
        FlowFile again = source.awaitCount(1).onlyFlowFile();
        assertThat(replayed).containsExactly(again.uuid());
        assertThat(again.attributes()).containsEntry("flowfile.replay", "true");
        await().until(() ->
                !nifi.provenance().ofComponent(update.id(), "REPLAY").isEmpty());
    }
}
