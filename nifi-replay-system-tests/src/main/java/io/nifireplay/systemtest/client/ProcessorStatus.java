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

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** What a processor did in the last five minutes, and what it does now. */
public record ProcessorStatus(
        String runStatus,
        long flowFilesIn,
        long flowFilesOut,
        long bytesIn,
        long bytesOut,
        long tasks,
        Duration taskTime,
        int activeThreads) {
    static ProcessorStatus of(JsonNode snapshot) {
        return new ProcessorStatus(
                snapshot.path("runStatus").asText(),
                snapshot.path("flowFilesIn").asLong(),
                snapshot.path("flowFilesOut").asLong(),
                snapshot.path("bytesIn").asLong(),
                snapshot.path("bytesOut").asLong(),
                snapshot.path("taskCount").asLong(),
                Duration.ofNanos(snapshot.path("tasksDurationNanos").asLong()),
                snapshot.path("activeThreadCount").asInt());
    }
}
