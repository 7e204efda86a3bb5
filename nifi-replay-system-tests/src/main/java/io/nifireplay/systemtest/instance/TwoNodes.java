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

/** A {@link Cluster} of two nodes. */
public final class TwoNodes implements AutoCloseable {
    private final NiFiInstance first;
    private final NiFiInstance second;

    private TwoNodes(NiFiInstance first, NiFiInstance second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Starts both, and waits until they are one cluster.
     *
     * @param name of the folders in which they live
     */
    public static TwoNodes start(String name) {
        Cluster cluster = new Cluster();
        TwoNodes nodes = new TwoNodes(
                cluster.node(Homes.fresh(name + "-first")).build(),
                cluster.node(Homes.fresh(name + "-second")).build());
        try {
            nodes.first.start();
            Cluster.awaitConnected(nodes.first, 1);
            nodes.second.start();
            Cluster.awaitConnected(nodes.first, 2);
            return nodes;
        } catch (RuntimeException e) {
            nodes.close();
            throw e;
        }
    }

    public NiFiInstance first() {
        return first;
    }

    public NiFiInstance second() {
        return second;
    }

    @Override
    public void close() {
        second.close();
        first.close();
    }
}
