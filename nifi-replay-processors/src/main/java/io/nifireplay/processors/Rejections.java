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

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;

/** The FlowFiles of a batch that are turned away before they come to the journal, which notes them. */
final class Rejections {
    private final List<FlowFile> flowFiles = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    /** What becomes of a FlowFile that the journal has noted. */
    interface Marking {
        /** @param notice as the journal's answers have it */
        void mark(FlowFile flowFile, String reason, long notice);
    }

    /** @param reason for people */
    void add(FlowFile flowFile, String reason) {
        flowFiles.add(flowFile);
        // What it says of an event proves nothing.
        rejections.add(new Rejection(flowFile.getAttribute(CoreAttributes.UUID.key()), Optional.empty(), reason));
    }

    /**
     * Has all of them noted in one durable write, after the journal took the rest of the batch: when it does not, they come
     * again with it, and must not be noted twice.
     *
     * @throws io.nifireplay.journal.JournalException when the journal cannot note them
     */
    void note(EventJournal journal, Marking marking) {
        List<Long> notices = journal.note(rejections);
        for (int i = 0; i < flowFiles.size(); i++) {
            marking.mark(flowFiles.get(i), rejections.get(i).reason(), notices.get(i));
        }
    }
}
