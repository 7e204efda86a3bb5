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

import java.util.Locale;

/** An input or output port of a process group. */
public final class Port extends Component implements Connectable {
    /** Which way it faces. */
    public enum Direction {
        /** Into the group. */
        INPUT,
        /** Out of the group. */
        OUTPUT;

        String kind() {
            return name().toLowerCase(Locale.ROOT) + "-ports";
        }
    }

    private final Direction direction;

    Port(Rest rest, Direction direction, String id) {
        super(rest, direction.kind(), id);
        this.direction = direction;
    }

    @Override
    public String connectableType() {
        return direction + "_PORT";
    }

    @Override
    public String groupId() {
        return component().path("parentGroupId").asText();
    }

    @Override
    public Connection to(Connectable destination, String... relationships) {
        return Connection.create(rest, groupId(), this, destination, relationships);
    }

    /** Lets FlowFiles through. */
    public void start() {
        runStatus("RUNNING");
    }

    /** Lets none through. */
    public void stop() {
        runStatus("STOPPED");
    }
}
