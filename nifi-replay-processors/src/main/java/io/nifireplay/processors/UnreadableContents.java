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
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;

/** The FlowFiles of a batch whose content cannot be read: each goes its own way, and one bulletin tells of all. */
final class UnreadableContents {
    private final List<Found> found = new ArrayList<>();

    private record Found(FlowFile flowFile, String reason) {}

    /** @param reason for people */
    void add(FlowFile flowFile, String reason) {
        found.add(new Found(flowFile, reason));
    }

    /** @param consequence what becomes of them, for people */
    void tell(ComponentLog log, String consequence) {
        if (found.isEmpty()) {
            return;
        }
        Found first = found.getFirst();
        String further = found.size() == 1 ? "" : " and of " + (found.size() - 1) + " further FlowFiles of its batch";
        log.error("The content of {}{} cannot be read; {}: {}", first.flowFile(), further, consequence, first.reason());
    }

    /** @param action takes a FlowFile and the reason */
    void forEach(BiConsumer<FlowFile, String> action) {
        found.forEach(one -> action.accept(one.flowFile(), one.reason()));
    }
}
