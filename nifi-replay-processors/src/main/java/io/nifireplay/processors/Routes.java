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
package io.nifireplay.processors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;

/** Gathers the FlowFiles of a batch by relationship: the session transfers them, and counts them, once for each. */
final class Routes {
    private final Map<Relationship, List<FlowFile>> routes = new HashMap<>();
    private final int size;

    /** @param size of the batch */
    Routes(int size) {
        this.size = size;
    }

    /** Relationships as a set that keeps their order, so that the NAR's description of them is the same in every build. */
    static Set<Relationship> inOrder(Relationship... relationships) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(relationships)));
    }

    void add(Relationship relationship, FlowFile flowFile) {
        routes.computeIfAbsent(relationship, any -> new ArrayList<>(routes.isEmpty() ? size : 16))
                .add(flowFile);
    }

    boolean has(Relationship relationship) {
        return routes.containsKey(relationship);
    }

    void transfer(ProcessSession session) {
        routes.forEach((relationship, flowFiles) -> {
            session.transfer(flowFiles, relationship);
            session.adjustCounter(relationship.getName(), flowFiles.size(), false);
        });
    }
}
