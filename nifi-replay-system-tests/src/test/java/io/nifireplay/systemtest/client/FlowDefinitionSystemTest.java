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

import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith({SharedNiFi.class, KeepLogs.class})
class FlowDefinitionSystemTest {
    @Test
    void importsWhatItExported(NiFiClient nifi, ProcessGroup group, @TempDir Path folder) {
        ParameterContext parameters = nifi.createParameterContext("import test");
        parameters.set(Map.of("greeting", "hello", "colour", "blue"));
        parameters.setSensitive("password", "secret");
        ProcessGroup original = group.createGroup("original");
        original.use(parameters);
        Processor generate = original.createProcessor("GenerateFlowFile").set("Custom Text", "#{greeting}");
        generate.rename("Greet");
        generate.to(original.createFunnel(), "success");
        original.download(folder.resolve("flow.json"));
        original.delete();
        parameters.delete();

        ProcessGroup imported = group.importFlow(folder.resolve("flow.json"), "imported");
        assertThat(imported.name()).isEqualTo("imported");
        assertThat(imported.parameterContext().orElseThrow().values())
                .containsOnly(Map.entry("greeting", "hello"), Map.entry("colour", "blue"));

        imported.parameterContext().orElseThrow().set("greeting", "good day");
        Processor greet = imported.processorNamed("Greet");
        greet.runOnce();
        Connection queue = imported.connectionFrom(greet, "success").awaitCount(1);
        assertThat(queue.text(queue.onlyFlowFile())).isEqualTo("good day");
    }

    @Test
    void saysWhichProcessorIsNotValidAndWhy(ProcessGroup group) {
        group.createProcessor("InvokeHTTP").rename("Deliver");
        assertThatThrownBy(group::start).hasMessageContaining("'Deliver'").hasMessageContaining("HTTP URL");
    }

    @Test
    void carriesFlowFilesBetweenGroups(ProcessGroup group) {
        ProcessGroup inner = group.createGroup("inner");
        Port out = inner.createPort(Port.Direction.OUTPUT, "out");
        Processor generate = inner.createProcessor("GenerateFlowFile").every("1 hour");
        generate.to(out, "success");
        Connection queue = group.connect(out, group.createFunnel());
        group.start();
        queue.awaitCount(1);
    }
}
