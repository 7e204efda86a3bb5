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
package io.nifireplay.reporting.provenance;

import java.util.Optional;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;

/** How NiFi did away with a FlowFile, as its DROP or EXPIRE says. The texts are those of NiFi 2. */
sealed interface Removal {
    /** "Empty queue". */
    record Emptied(String user) implements Removal {}

    /** It was older than its connection allows. */
    record Expired(String details) implements Removal {}

    /** A load-balanced connection has sent it to another node, where it goes on under another UUID. */
    record SentToAnotherNode() implements Removal {}

    /** A load-balanced connection did not take it: the sending node still has it. */
    record NotTakenFromAnotherNode() implements Removal {}

    /** A processor led it to a relationship that ends there. */
    record AutoTerminated(String details) implements Removal {}

    /** A processor removed it, or its content was not found. */
    record Discarded(String details) implements Removal {}

    String EMPTIED_BY = "FlowFile Queue emptied by ";
    String AUTO_TERMINATED_BY = "Auto-Terminated by ";
    String CONNECTION = "Connection";
    String LOAD_BALANCED_CONNECTION = "Load Balanced Connection";

    /** Of an event of NiFi's, empty when it is none of a removal. */
    static Optional<Removal> of(ProvenanceEventRecord event) {
        String details = Optional.ofNullable(event.getDetails()).orElse("");
        if (event.getEventType() == ProvenanceEventType.EXPIRE) {
            return Optional.of(new Expired(details));
        }
        if (event.getEventType() != ProvenanceEventType.DROP) {
            return Optional.empty();
        }
        if (details.startsWith(EMPTIED_BY)) {
            return Optional.of(new Emptied(details.substring(EMPTIED_BY.length())));
        }
        if (details.startsWith(AUTO_TERMINATED_BY)) {
            return Optional.of(new AutoTerminated(details));
        }
        if (LOAD_BALANCED_CONNECTION.equals(event.getComponentType())) {
            return Optional.of(new NotTakenFromAnotherNode());
        }
        // Behind its SEND, the only DROP of a connection without a word.
        return Optional.of(
                CONNECTION.equals(event.getComponentType()) && details.isEmpty()
                        ? new SentToAnotherNode()
                        : new Discarded(details));
    }

    /** What an entry says of it. Never who did it: users are named by the actor alone, in a form that protects them. */
    default String words() {
        return switch (this) {
            case Emptied it -> "FlowFile queue emptied";
            case Expired it -> it.details();
            case SentToAnotherNode it -> "Sent to another node";
            case NotTakenFromAnotherNode it -> "Not taken from another node";
            case AutoTerminated it -> it.details();
            case Discarded it -> it.details();
        };
    }
}
