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
package io.nifireplay.journal.admission;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.Token;
import java.util.List;

/** A FlowFile that asks for admission. */
public sealed interface Arrival {
    /** The FlowFile's UUID. */
    String flowFile();

    Content content();

    /**
     * Whether NiFi marked the FlowFile as one that it replayed. It proves nothing: the journal looks for a {@link
     * io.nifireplay.journal.replay.Grant} then.
     */
    boolean replayed();

    /**
     * A FlowFile without a token of this journal: sent anew, or handed over again by NiFi after a crash, which its UUID
     * tells.
     *
     * @param requiredEffects the names of all effects that make the event complete, at least one
     */
    record Fresh(String flowFile, Envelope envelope, Content content, List<String> requiredEffects, boolean replayed)
            implements Arrival {
        public Fresh {
            requiredEffects = List.copyOf(requiredEffects);
            if (requiredEffects.isEmpty()) {
                throw new IllegalArgumentException("An event needs at least one required effect");
            }
        }

        /** One that NiFi did not replay. */
        public Fresh(String flowFile, Envelope envelope, Content content, List<String> requiredEffects) {
            this(flowFile, envelope, content, requiredEffects, false);
        }
    }

    /** A FlowFile with a verified token of this journal; its key and envelope are the journal's. */
    record WithToken(String flowFile, Token token, Content content, boolean replayed) implements Arrival {
        /** One that NiFi did not replay. */
        public WithToken(String flowFile, Token token, Content content) {
            this(flowFile, token, content, false);
        }
    }
}
