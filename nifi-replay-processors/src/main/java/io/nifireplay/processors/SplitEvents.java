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

import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.services.settings.Choice;
import java.util.Optional;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.FragmentAttributes;

/** Whether an event may have been split between JournalEvent and here, and which part a FlowFile is. */
enum SplitEvents implements Choice {
    AUTOMATIC(
            "automatic",
            "A FlowFile with fragment.count is one part of a split event, unless it had the same fragment.identifier when it"
                    + " came to JournalEvent; any other FlowFile is the whole event."),
    ALWAYS(
            "always",
            "Every FlowFile is one part of a split event; one without fragment.index and fragment.count is rejected."),
    NEVER("never", "Every FlowFile is the whole event, whatever its fragment attributes say.");

    private static final String INDEX = FragmentAttributes.FRAGMENT_INDEX.key();
    private static final String COUNT = FragmentAttributes.FRAGMENT_COUNT.key();
    private static final String IDENTIFIER = FragmentAttributes.FRAGMENT_ID.key();

    private final Words words;

    SplitEvents(String value, String description) {
        words = new Words(value, description);
    }

    /**
     * Which part of its event a FlowFile is.
     *
     * @throws IllegalArgumentException with words for people, when its fragment attributes do not say
     */
    Fragment fragment(FlowFile flowFile) {
        return switch (this) {
            case AUTOMATIC ->
                flowFile.getAttribute(COUNT) == null || wasSplitBefore(flowFile) ? Fragment.WHOLE : part(flowFile);
            case ALWAYS -> part(flowFile);
            case NEVER -> Fragment.WHOLE;
        };
    }

    private static boolean wasSplitBefore(FlowFile flowFile) {
        String admitted = flowFile.getAttribute(ReplayAttributes.ADMITTED_FRAGMENT);
        return admitted != null && admitted.equals(flowFile.getAttribute(IDENTIFIER));
    }

    private static Fragment part(FlowFile flowFile) {
        int count = number(flowFile, COUNT);
        if (count == 0) {
            throw new IllegalArgumentException("The attribute fragment.count is 0");
        }
        String split = Optional.ofNullable(flowFile.getAttribute(IDENTIFIER)).orElse("");
        return new Fragment(number(flowFile, INDEX), count, split);
    }

    private static int number(FlowFile flowFile, String attribute) {
        String text = flowFile.getAttribute(attribute);
        if (text == null) {
            throw new IllegalArgumentException(
                    "The FlowFile has no attribute " + attribute + ": it does not say which part of its event it is");
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("The attribute " + attribute + " is '" + text + "', and no number", e);
        }
    }

    @Override
    public Words words() {
        return words;
    }
}
