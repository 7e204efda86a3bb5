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
package io.nifireplay.systemtest.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of the demo. The sender's figures are from its own record of answers, the downstream's from its own record of
 * calls, the journal's from dry runs over all of its events.
 *
 * @param sent events that were sent, by the sender
 * @param acknowledged of these, how many were answered 202 or 200, by the sender
 * @param deliveredUnique events that the downstream accepted, by the downstream
 * @param lost events that the downstream has not accepted and that are no dead letters in the journal either
 * @param deliveredMoreThanOnce events that the downstream accepted twice or more, by the downstream
 * @param repeatedCalls calls that the downstream turned away, because it had accepted their idempotency key before
 * @param duplicatesTurnedAway copies that the intake turned away as known, with 200 or 409, by the sender
 * @param conflicts events whose key came with other content as well, by the journal
 * @param deadLetters events that were given up, by the journal
 * @param outcomeUnknown events whose delivery was begun and has no outcome, by the journal
 * @param replayed events that the replay job took through the flow again, by the journal
 * @param seconds from the start of NiFi to the last figure
 * @param plaintextHits how often a word of the events can be read in the files of the content repository and the journal
 * @param plaintextHitsElsewhere how often in NiFi's FlowFile and provenance repositories, which hold attributes as they are
 * @param seed the plan's
 * @param planned what the plan says
 * @param asPlanned whether conflicts and dead letters are those of the plan, one by one
 */
record DemoReport(
        long sent,
        long acknowledged,
        long deliveredUnique,
        long lost,
        long deliveredMoreThanOnce,
        long repeatedCalls,
        long duplicatesTurnedAway,
        long conflicts,
        long deadLetters,
        long outcomeUnknown,
        long replayed,
        double seconds,
        long plaintextHits,
        long plaintextHitsElsewhere,
        long seed,
        Planned planned,
        AsPlanned asPlanned) {
    /** What the plan says. */
    record Planned(int sentTwice, int conflicts, int deadLetters) {}

    /** Whether exactly those events ended so that were to. */
    record AsPlanned(boolean conflicts, boolean deadLetters) {}

    /** Nothing lost, nothing done twice, and all that went wrong for good was to. */
    boolean isRight() {
        return problems().isEmpty();
    }

    /** What is not as it should be. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (lost > 0) {
            problems.add(lost + " events are lost");
        }
        if (deliveredMoreThanOnce > 0) {
            problems.add(deliveredMoreThanOnce + " events were delivered more than once");
        }
        if (plaintextHits > 0) {
            problems.add("events can be read on disk, in " + plaintextHits + " places");
        }
        if (plaintextHitsElsewhere == 0) {
            problems.add("the search for plain text does not find what is there");
        }
        if (!asPlanned.conflicts()) {
            problems.add("the conflicts are not the " + planned.conflicts() + " planned ones");
        }
        if (!asPlanned.deadLetters()) {
            problems.add("the dead letters are not the " + planned.deadLetters() + " planned ones");
        }
        return problems;
    }

    /** Writes it as JSON. */
    void write(Path file) {
        ObjectNode json = new JsonMapper().createObjectNode();
        json.put("sent", sent);
        json.put("acknowledged", acknowledged);
        json.put("delivered_unique", deliveredUnique);
        json.put("lost", lost);
        json.put("delivered_more_than_once", deliveredMoreThanOnce);
        json.put("repeated_calls", repeatedCalls);
        json.put("duplicates_turned_away", duplicatesTurnedAway);
        json.put("conflicts", conflicts);
        json.put("dead_letters", deadLetters);
        json.put("outcome_unknown", outcomeUnknown);
        json.put("replayed", replayed);
        json.put("seconds", seconds);
        json.put("plaintext_hits", plaintextHits);
        json.put("plaintext_hits_elsewhere", plaintextHitsElsewhere);
        json.put("seed", seed);
        json.put("planned_conflicts", planned.conflicts());
        json.put("planned_dead_letters", planned.deadLetters());
        json.put("as_planned", asPlanned.conflicts() && asPlanned.deadLetters());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, json.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /** As a table for people. */
    String table() {
        StringBuilder table = new StringBuilder();
        row(table, "Events sent", sent, planned.sentTwice() + " of them twice");
        row(table, "Acknowledged to the sender", acknowledged, "answered 202 or 200");
        row(table, "Delivered", deliveredUnique, "different events that the downstream accepted");
        row(table, "Lost", lost, "neither delivered nor a dead letter");
        row(table, "Delivered more than once", deliveredMoreThanOnce, "accepted twice by the downstream");
        row(
                table,
                "Repeated calls",
                repeatedCalls,
                "after a kill or a lost answer; known to the downstream by the key");
        row(table, "Duplicates turned away", duplicatesTurnedAway, "copies that the journal knew: 200 or 409");
        row(table, "Conflicts", conflicts, "same key, other content: 422; planned " + planned.conflicts());
        row(table, "Dead letters", deadLetters, "refused for good; planned " + planned.deadLetters());
        row(table, "Outcome unknown", outcomeUnknown, "delivery begun, outcome not recorded");
        row(table, "Replayed", replayed, "taken through the flow again by the replay job");
        row(table, "Readable on disk", plaintextHits, "words of events in content repository and journal");
        row(
                table,
                "Readable elsewhere",
                plaintextHitsElsewhere,
                "in NiFi's FlowFile and provenance repositories: attributes");
        table.append("%-26s %9.1f%n".formatted("Seconds", seconds));
        return table.toString();
    }

    private static void row(StringBuilder table, String name, long value, String remark) {
        table.append("%-26s %,9d   %s%n".formatted(name, value, remark));
    }
}
