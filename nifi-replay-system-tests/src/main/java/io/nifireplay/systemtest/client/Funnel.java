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

/** A funnel: where a test lets a flow end when it wants to look into the queue. */
public final class Funnel extends Component implements Connectable {
    Funnel(Rest rest, String id) {
        super(rest, "funnels", id);
    }

    @Override
    public String connectableType() {
        return "FUNNEL";
    }

    @Override
    public String groupId() {
        return component().path("parentGroupId").asText();
    }

    @Override
    public Connection to(Connectable destination, String... relationships) {
        return Connection.create(rest, groupId(), this, destination, relationships);
    }
}
