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
package io.nifireplay.journal.provenance;

import io.nifireplay.journal.EventRef;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An item of a job over provenance.
 *
 * @param number from 1, unique in the job
 * @param source what is to be replayed
 * @param unseen whether the journal knew no event of its FlowFile when the job was opened
 * @param standing how far NiFi has come with it
 * @param asked how often NiFi was asked
 * @param askedMillis when it was asked last, milliseconds since the epoch, 0 before
 * @param child the UUID of the FlowFile that NiFi made, empty before
 * @param replayEvent NiFi's id of the REPLAY event, empty when it was not found (yet)
 * @param event the journal's event: the one that the FlowFile was of, or has become
 */
public record ProvenanceItem(
        long number,
        ProvenanceSource source,
        boolean unseen,
        ItemStanding standing,
        int asked,
        long askedMillis,
        String child,
        OptionalLong replayEvent,
        Optional<EventRef> event) {
    public ProvenanceItem {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(standing, "standing");
        Objects.requireNonNull(event, "event");
    }

    /** One that nobody was asked for, or that stands still from the beginning. */
    public static ProvenanceItem of(long number, ProvenanceSource source, Optional<EventRef> event) {
        return new ProvenanceItem(
                number,
                source.withoutKey(),
                event.isEmpty(),
                source.obstacle().orElse(ItemStanding.PENDING),
                0,
                0,
                "",
                OptionalLong.empty(),
                event);
    }

    /** NiFi is being asked. */
    public ProvenanceItem askedAt(long millis) {
        return new ProvenanceItem(
                number, source, unseen, to(ItemStanding.ASKED), asked + 1, millis, "", OptionalLong.empty(), event);
    }

    /** NiFi was not asked after all. */
    public ProvenanceItem notAsked() {
        return new ProvenanceItem(
                number, source, unseen, to(ItemStanding.PENDING), asked - 1, askedMillis, child, replayEvent, event);
    }

    /** NiFi has made a FlowFile. */
    public ProvenanceItem replayed(String flowFile) {
        return new ProvenanceItem(
                number,
                source,
                unseen,
                to(ItemStanding.REPLAYED),
                asked,
                askedMillis,
                flowFile,
                OptionalLong.empty(),
                event);
    }

    /** NiFi did not, or the journal did not take what it made. */
    public ProvenanceItem refused(ItemStanding refusal) {
        return new ProvenanceItem(number, source, unseen, to(refusal), asked, askedMillis, child, replayEvent, event);
    }

    /** What NiFi's provenance tells of the FlowFile. */
    public ProvenanceItem followed(OptionalLong id, Optional<EventRef> became) {
        return new ProvenanceItem(
                number,
                source,
                unseen,
                standing,
                asked,
                askedMillis,
                child,
                id.isPresent() ? id : replayEvent,
                event.or(() -> became));
    }

    private ItemStanding to(ItemStanding next) {
        if (!standing.next().contains(next)) {
            throw new IllegalArgumentException(
                    "Item " + number + " is " + standing.text() + ": it cannot be " + next.text());
        }
        return next;
    }
}
