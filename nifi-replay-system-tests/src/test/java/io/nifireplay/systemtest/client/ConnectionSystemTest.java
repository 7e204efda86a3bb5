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

import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ConnectionSystemTest {
    @Test
    void emptiesAQueue(ProcessGroup group) {
        Connection queue = fiveFlowFiles(group);
        assertThat(queue.bytes()).isEqualTo(5);
        queue.empty();
        queue.awaitEmpty();
        assertThat(queue.flowFiles()).isEmpty();
    }

    @Test
    void dropsFlowFilesThatAreTooOld(ProcessGroup group) {
        fiveFlowFiles(group).expiration("100 ms").awaitEmpty();
    }

    @Test
    void takesTheSettingsOfTheUi(ProcessGroup group) {
        Connection queue = fiveFlowFiles(group)
                .prioritizers("FirstInFirstOutPrioritizer", "PriorityAttributePrioritizer")
                .backPressure(7)
                .backPressure("1 MB")
                .loadBalance("ROUND_ROBIN");
        var settings = queue.entity().path("component");
        assertThat(settings.path("backPressureObjectThreshold").asInt()).isEqualTo(7);
        assertThat(settings.path("backPressureDataSizeThreshold").asText()).isEqualTo("1 MB");
        assertThat(settings.path("prioritizers")).hasSize(2);
        assertThat(settings.path("loadBalanceStrategy").asText()).isEqualTo("ROUND_ROBIN");
    }

    private static Connection fiveFlowFiles(ProcessGroup group) {
        Processor generate = group.createProcessor("GenerateFlowFile")
                .set(Map.of("Custom Text", "x", "Batch Size", "5"))
                .every("1 hour");
        Connection queue = generate.to(group.createFunnel(), "success");
        generate.runOnce();
        return queue.awaitCount(5);
    }
}
