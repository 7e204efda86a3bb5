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
package io.nifireplay.systemtest.journal;

import io.nifireplay.systemtest.client.Connectable;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Puts FlowFiles into a queue when the test says so. */
public final class Source {
    private final Processor generate;
    private final Connection queue;
    private Set<String> attributes = Set.of();

    public Source(ProcessGroup group, Connectable destination) {
        generate = group.createProcessor("GenerateFlowFile").every("1 hour");
        queue = generate.to(destination, "success").backPressure(0);
    }

    /** The queue that it fills. */
    public Connection queue() {
        return queue;
    }

    /** One FlowFile with this idempotency key. */
    public Source send(String key, String content) {
        return send(1, content, Map.of(JournalFlow.KEY, key));
    }

    /** FlowFiles that are events of their own. */
    public Source send(int count) {
        return send(count, "an event", Map.of());
    }

    /** FlowFiles that differ in nothing but their UUID. */
    public Source send(int count, String content, Map<String, String> withAttributes) {
        Map<String, String> properties = new HashMap<>();
        attributes.forEach(attribute -> properties.put(attribute, null));
        properties.putAll(withAttributes);
        properties.put("Custom Text", content);
        properties.put("Batch Size", String.valueOf(count));
        attributes = Set.copyOf(withAttributes.keySet());
        generate.set(properties).runOnce();
        return this;
    }
}
