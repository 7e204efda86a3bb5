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

import java.util.Set;

/**
 * How far NiFi has come with one item of a job over provenance, and where it may go from there. That the item is settled is
 * another matter: the state of the journal's event says so.
 */
public enum ItemStanding {
    /** NiFi was not asked. */
    PENDING("pending"),
    /** NiFi is being asked, or was when it or this journal went down. */
    ASKED("asked"),
    /** NiFi has said that it put a FlowFile into the queue. */
    REPLAYED("replayed"),
    /** The content has left NiFi's content repository. */
    CONTENT_EXPIRED("content expired"),
    /** The queue from which the FlowFile came is not there any more. */
    QUEUE_GONE("queue gone"),
    /** The FlowFile was made of several, which NiFi does not replay. */
    JOIN("join"),
    /** The identity that asks may not. */
    NOT_PERMITTED("not permitted"),
    /** The provenance event has left NiFi's provenance repository. */
    EVENT_GONE("event gone"),
    /** NiFi did not answer, or with an error of its own, each time it was asked. */
    NOT_ANSWERED("not answered"),
    /** The FlowFile came to JournalEvent, which did not take it for an event. */
    NOT_ADMITTED("not admitted");

    private final String text;

    ItemStanding(String text) {
        this.text = text;
    }

    /** As people and reports write it. */
    public String text() {
        return text;
    }

    /** Whether it is an end without a replay. */
    public boolean isRefusal() {
        return switch (this) {
            case PENDING, ASKED, REPLAYED -> false;
            case CONTENT_EXPIRED, QUEUE_GONE, JOIN, NOT_PERMITTED, EVENT_GONE, NOT_ANSWERED, NOT_ADMITTED -> true;
        };
    }

    /** The standings that may follow. */
    public Set<ItemStanding> next() {
        return switch (this) {
            case PENDING -> Set.of(ASKED, CONTENT_EXPIRED, QUEUE_GONE, JOIN, NOT_PERMITTED);
            case ASKED ->
                Set.of(
                        PENDING,
                        ASKED,
                        REPLAYED,
                        CONTENT_EXPIRED,
                        QUEUE_GONE,
                        JOIN,
                        NOT_PERMITTED,
                        EVENT_GONE,
                        NOT_ANSWERED);
            // The FlowFile may be lost, then NiFi is asked again.
            case REPLAYED -> Set.of(ASKED, NOT_ADMITTED);
            case CONTENT_EXPIRED, QUEUE_GONE, JOIN, NOT_PERMITTED, EVENT_GONE, NOT_ANSWERED, NOT_ADMITTED -> Set.of();
        };
    }
}
