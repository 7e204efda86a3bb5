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

import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.FlowFile;

/** A FlowFile as it left the flow. */
public record Result(FlowFile flowFile, String text) {
    /** The only FlowFile of a queue. */
    public static Result of(Connection queue) {
        FlowFile flowFile = queue.onlyFlowFile();
        return new Result(flowFile, queue.text(flowFile));
    }

    public String attribute(String name) {
        return flowFile.attribute(name);
    }

    public String reason() {
        return attribute("replay.reason");
    }

    public String token() {
        return attribute("replay.token");
    }
}
