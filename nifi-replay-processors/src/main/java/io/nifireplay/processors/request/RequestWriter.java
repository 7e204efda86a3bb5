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
package io.nifireplay.processors.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Selector.LongRange;
import io.nifireplay.journal.Selector.TimeRange;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.NewEvents;
import io.nifireplay.journal.replay.ReplayRequest;
import java.util.Collection;
import java.util.Map;

/** Writes a request for a replay as {@link CommandParser} or, over provenance, {@link GovernedRequestParser} reads it; what says nothing is left out. */
public final class RequestWriter {
    private RequestWriter() {}

    /** As UTF-8. */
    public static byte[] write(ReplayRequest request) {
        return Reports.bytes(node(request));
    }

    /** As a tree. */
    public static ObjectNode node(ReplayRequest request) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("action", "replay");
        node.put("job", request.job());
        if (request.provenance().isPresent()) {
            node.put("over", GovernedRequestParser.PROVENANCE);
        }
        node.put("mode", request.mode().text());
        node.set("select", request.provenance().map(RequestWriter::select).orElseGet(() -> select(request.selector())));
        if (request.includeUnknown()) {
            node.put("includeUnknown", true);
        }
        node.set("limits", limits(request.limits()));
        node.put("reason", request.reason());
        node.put("requester", request.requester());
        return node;
    }

    private static ObjectNode select(Selector selector) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        texts(node, "partitions", selector.partitions());
        numbers(node, "positions", selector.positions());
        numbers(node, "sequences", selector.sequences());
        times(node, "admitted", selector.admitted());
        times(node, "time", selector.time());
        texts(node, "keys", selector.keys());
        texts(node, "states", selector.statuses().stream().map(Words::of).toList());
        selector.errorType().ifPresent(pattern -> node.put("errorType", pattern.pattern()));
        attributes(node, selector.attributes());
        selector.sinceRecoveryPoint().ifPresent(point -> node.put("sinceRecoveryPoint", point));
        return node;
    }

    private static ObjectNode select(ProvenanceSelection selection) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        texts(node, "processors", selection.processors());
        times(node, "time", new TimeRange(selection.from(), selection.to()));
        texts(node, "eventTypes", selection.eventTypes());
        attributes(node, selection.attributes());
        texts(node, "flowFiles", selection.flowFiles());
        selection.lineageOf().ifPresent(event -> node.put("lineageOf", event));
        return node;
    }

    private static void attributes(ObjectNode node, Map<String, String> attributes) {
        if (!attributes.isEmpty()) {
            ObjectNode values = node.putObject("attributes");
            attributes.forEach(values::put);
        }
    }

    private static void texts(ObjectNode node, String field, Collection<String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(node.putArray(field)::add);
        }
    }

    private static void numbers(ObjectNode node, String field, LongRange range) {
        if (!range.isAll()) {
            ObjectNode bounds = node.putObject(field);
            range.from().ifPresent(from -> bounds.put("from", from));
            range.to().ifPresent(to -> bounds.put("to", to));
        }
    }

    private static void times(ObjectNode node, String field, TimeRange range) {
        if (!range.isAll()) {
            ObjectNode bounds = node.putObject(field);
            range.from().ifPresent(from -> bounds.put("from", from.toString()));
            range.to().ifPresent(to -> bounds.put("to", to.toString()));
        }
    }

    private static ObjectNode limits(Limits limits) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        limits.ratePerSecond().ifPresent(rate -> node.put("ratePerSecond", rate));
        node.put("concurrency", limits.concurrency());
        limits.endTime().ifPresent(end -> node.put("endTime", end.toString()));
        limits.errorBudget().ifPresent(budget -> node.put("errorBudget", budget));
        if (limits.strictOrder()) {
            node.put("strictOrder", true);
        }
        if (limits.newEvents() != NewEvents.PASS) {
            node.put("newEvents", limits.newEvents().text());
        }
        return node;
    }
}
