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
package io.nifireplay.systemtest.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.systemtest.client.Bundle;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({SharedNiFi.class, KeepLogs.class})
class NiFiInstanceSystemTest {
    @Test
    void hasTheProductsNar(ProcessGroup group) {
        Bundle bundle = group.createService("RocksDBEventJournal").bundle();
        assertThat(bundle.artifact()).isEqualTo("nifi-replay-nar");
    }

    @Test
    void keepsFlowAndQueuesOverAKill(NiFiInstance nifi, ProcessGroup group) {
        Processor generate = group.createProcessor("GenerateFlowFile")
                .set(Map.of("Custom Text", "hello", "Batch Size", "10"))
                .every("1 hour");
        Processor colour =
                group.createProcessor("UpdateAttribute").set("colour", "blue").every("0 sec");
        generate.to(colour, "success");
        Connection queue = colour.to(group.createFunnel(), "success");

        group.start();
        queue.awaitCount(10);
        FlowFile first = queue.flowFiles().getFirst();
        assertThat(first.attribute("colour")).isEqualTo("blue");
        assertThat(queue.text(first)).isEqualTo("hello");
        generate.stop();

        long killed = nifi.pid();
        nifi.kill();
        nifi.start();

        assertThat(nifi.pid()).isNotEqualTo(killed);
        queue.awaitCount(10);
        assertThat(queue.flowFiles()).contains(first);
        assertThat(colour.status().runStatus()).isEqualTo("Running");
        assertThat(generate.status().runStatus()).isEqualTo("Stopped");
    }
}
