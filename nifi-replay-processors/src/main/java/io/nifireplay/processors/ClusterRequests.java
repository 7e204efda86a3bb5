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

import io.nifireplay.processors.request.SharedRequests;
import io.nifireplay.processors.request.SharedRequests.Shared;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;
import org.apache.nifi.components.state.StateMap;

/** Requests that came to another node, in the cluster's state of a component, and how far this node has met them. */
final class ClusterRequests {
    /** The name under which a node remembers how far it has read; no job can have it. */
    static final String MARK = "shared requests met";

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** Each time another node was faster. */
    private static final int TRIES = 20;

    private final SharedRequests requests;
    private final InstantSource clock;
    private Instant nextLook;
    private long met;

    ClusterRequests(StateManager state, InstantSource clock) throws IOException {
        requests = new SharedRequests(new StateBoard(state), clock);
        this.clock = clock;
        nextLook = clock.instant();
        met = Optional.ofNullable(state.getState(Scope.LOCAL).get(MARK))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private record StateBoard(StateManager state) implements SharedRequests.Board {
        @Override
        public Map<String, String> read() throws IOException {
            return state.getState(Scope.CLUSTER).toMap();
        }

        @Override
        public void change(UnaryOperator<Map<String, String>> change) throws IOException {
            for (int i = 0; i < TRIES; i++) {
                StateMap before = state.getState(Scope.CLUSTER);
                if (state.replace(before, change.apply(before.toMap()), Scope.CLUSTER)) {
                    return;
                }
            }
            throw new IOException("The cluster's state changes all the time");
        }
    }

    /** Hands a request to all nodes, this one too. */
    void share(String flowFile, String json) throws IOException {
        requests.share(flowFile, json);
        nextLook = clock.instant();
    }

    /** What this node has not met, looked for each second. */
    List<Shared> toMeet() throws IOException {
        Instant now = clock.instant();
        if (now.isBefore(nextLook)) {
            return List.of();
        }
        List<Shared> found = requests.after(met);
        nextLook = now.plus(INTERVAL);
        return found;
    }

    /** What was found was not met after all: it is looked for again. */
    void again() {
        nextLook = clock.instant();
    }

    void met(long number) {
        met = number;
    }
}
