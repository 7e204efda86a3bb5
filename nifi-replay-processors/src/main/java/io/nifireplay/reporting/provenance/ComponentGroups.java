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

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.controller.status.ProcessGroupStatus;

/** The process groups of processors, connections and ports: provenance names components only. */
public final class ComponentGroups {
    private final Map<String, String> groups = new HashMap<>();

    /** @param root of the flow as it is now */
    public ComponentGroups(ProcessGroupStatus root) {
        add(root);
    }

    /** The group of a component, empty when the flow has it no more. */
    Optional<String> of(String component) {
        return Optional.ofNullable(groups.get(component));
    }

    private void add(ProcessGroupStatus group) {
        groups.put(group.getId(), group.getId());
        group.getProcessorStatus().forEach(processor -> groups.put(processor.getId(), group.getId()));
        group.getConnectionStatus().forEach(connection -> groups.put(connection.getId(), group.getId()));
        group.getInputPortStatus().forEach(port -> groups.put(port.getId(), group.getId()));
        group.getOutputPortStatus().forEach(port -> groups.put(port.getId(), group.getId()));
        group.getRemoteProcessGroupStatus().forEach(remote -> groups.put(remote.getId(), group.getId()));
        group.getProcessGroupStatus().forEach(this::add);
    }
}
