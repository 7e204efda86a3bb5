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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.downstream.DownstreamService;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ProcessorSystemTest {
    @Test
    void deliversToADownstreamThatIsOutForAWhile(ProcessGroup group) {
        try (DownstreamService downstream = DownstreamService.start()) {
            downstream.goDown();
            Processor generate = group.createProcessor("GenerateFlowFile")
                    .set(Map.of("Custom Text", "event", "Batch Size", "3"))
                    .every("1 hour");
            Processor deliver = group.createProcessor("InvokeHTTP")
                    .set(Map.of(
                            "HTTP URL",
                            downstream.uri().toString(),
                            "HTTP Method",
                            "POST",
                            DownstreamService.KEY_HEADER,
                            "${uuid}"))
                    .penaltyAndYield("100 ms", "100 ms")
                    .autoTerminate("Original", "Response", "No Retry", "Retry");
            generate.to(deliver, "success");
            deliver.to(deliver, "Failure");

            group.start();
            await().until(() -> !deliver.bulletins().isEmpty());
            assertThat(deliver.bulletins().getFirst().level()).isEqualTo("ERROR");

            downstream.comeBack();
            await().until(() -> downstream.acceptedKeys() == 3);
            await().until(() -> group.queued() == 0);
            assertThat(deliver.status().flowFilesIn()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void readsCountersAndServices(ProcessGroup group) {
        ControllerService reader = group.createService("JsonTreeReader");
        ControllerService writer = group.createService("JsonRecordSetWriter");
        reader.rename("Reader");
        Processor generate = group.createProcessor("GenerateFlowFile")
                .set("Custom Text", "[{\"a\":1},{\"a\":2}]")
                .every("1 hour");
        Processor convert = group.createProcessor("ConvertRecord")
                .set("Record Reader", reader)
                .set("Record Writer", writer)
                .autoTerminate("failure")
                .concurrentTasks(2)
                .runDuration(25);
        generate.to(convert, "success");
        Connection queue = convert.to(group.createFunnel(), "success");

        assertThat(convert.validationErrors()).anyMatch(error -> error.contains("disabled"));
        group.enableServices();
        assertThat(group.serviceNamed("Reader").state()).isEqualTo("ENABLED");
        group.start();

        queue.awaitCount(1);
        assertThat(convert.counter("Records Processed")).isEqualTo(2);
        assertThat(convert.status().tasks()).isPositive();
    }

    @Test
    void keepsState(ProcessGroup group) {
        Processor generate = group.createProcessor("GenerateFlowFile").every("1 hour");
        Processor count = group.createProcessor("UpdateAttribute")
                .set(Map.of(
                        "Store State", "Store state locally",
                        "Stateful Variables Initial Value", "0",
                        "n", "${getStateValue('n'):plus(1)}"));
        generate.to(count, "success");
        count.to(group.createFunnel(), "success");
        count.to(group.createFunnel(), "set state fail");
        group.start();
        await().untilAsserted(() -> assertThat(count.state()).containsEntry("n", "1"));
    }

    @Test
    void saysWhyAServiceIsNotEnabled(ProcessGroup group) {
        ControllerService pool = group.createService("DBCPConnectionPool");
        assertThat(pool.validationErrors()).isNotEmpty();
        assertThatThrownBy(pool::enable).hasMessageContaining("Database");
    }

    @Test
    void verifiesItsConfiguration(ProcessGroup group) {
        ControllerService cache = group.createService("MapCacheClientService").set("Server Hostname", "127.0.0.1");
        assertThat(cache.verify()).isNotEmpty();
    }
}
