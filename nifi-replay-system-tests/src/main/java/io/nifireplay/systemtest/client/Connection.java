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

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.LongPredicate;
import org.awaitility.core.ConditionTimeoutException;

/** A connection and the queue in it. */
public final class Connection extends Component {
    /** NiFi lists no more of a queue than this. */
    public static final int LISTING_LIMIT = 100;

    private static final Duration COUNT_TIMEOUT = Duration.ofSeconds(60);

    Connection(Rest rest, String id) {
        super(rest, "connections", id);
    }

    static Connection create(
            Rest rest, String groupId, Connectable source, Connectable destination, String... relationships) {
        Map<String, Object> component =
                Map.of("source", end(source), "destination", end(destination), "selectedRelationships", relationships);
        return new Connection(rest, create(rest, groupId, "connections", component));
    }

    private static Map<String, String> end(Connectable end) {
        return Map.of("id", end.id(), "groupId", end.groupId(), "type", end.connectableType());
    }

    /** The order in which FlowFiles leave the queue: simple names of NiFi's prioritizers, first one first. */
    public Connection prioritizers(String... simpleNames) {
        List<String> names = new ArrayList<>();
        for (String name : simpleNames) {
            names.add("org.apache.nifi.prioritizer." + name);
        }
        return change("prioritizers", names);
    }

    /** How many FlowFiles may wait before what feeds the queue is no longer run. */
    public Connection backPressure(long flowFiles) {
        return change("backPressureObjectThreshold", flowFiles);
    }

    /** How much data may wait, such as {@code 1 GB}. */
    public Connection backPressure(String size) {
        return change("backPressureDataSizeThreshold", size);
    }

    /** After what time a FlowFile is dropped, such as {@code 5 sec}; {@code 0 sec} is never. */
    public Connection expiration(String age) {
        return change("flowFileExpiration", age);
    }

    /** DO_NOT_LOAD_BALANCE, ROUND_ROBIN or SINGLE_NODE. */
    public Connection loadBalance(String strategy) {
        return change("loadBalanceStrategy", strategy);
    }

    /** How many FlowFiles wait in the queue. */
    public long count() {
        return snapshot().path("flowFilesQueued").asLong();
    }

    /** How many bytes wait in the queue. */
    public long bytes() {
        return snapshot().path("bytesQueued").asLong();
    }

    /** Waits up to a minute until exactly so many FlowFiles wait. */
    public Connection awaitCount(long count) {
        return awaitCount("exactly " + count, now -> now == count, COUNT_TIMEOUT);
    }

    /** Waits up to a minute until so many FlowFiles wait, or more. */
    public Connection awaitAtLeast(long count) {
        return awaitCount("at least " + count, now -> now >= count, COUNT_TIMEOUT);
    }

    /** Waits up to a minute until the queue is empty. */
    public Connection awaitEmpty() {
        return awaitCount(0);
    }

    /** Waits until the number of FlowFiles is as wanted. */
    public Connection awaitCount(String wanted, LongPredicate condition, Duration timeout) {
        try {
            await().pollInterval(Duration.ofMillis(50)).atMost(timeout).until(() -> condition.test(count()));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("%s FlowFiles wait in '%s' after %s, not %s. Bulletins: %s"
                    .formatted(count(), name(), timeout, wanted, Bulletin.read(rest, "")));
        }
        return this;
    }

    /** The first {@value #LISTING_LIMIT} FlowFiles in the order in which they will leave. */
    public List<FlowFile> flowFiles() {
        return listed(this::flowFile);
    }

    /** The contents of the first {@value #LISTING_LIMIT} FlowFiles, as UTF-8; on a cluster of all nodes. */
    public List<String> texts() {
        return listed((uuid, node) ->
                new String(rest.bytes(flowFilePath(uuid) + "/content" + onNode(node)), StandardCharsets.UTF_8));
    }

    /** @param read what is wanted of a FlowFile, by its UUID and the id of the cluster's node that has it */
    private <T> List<T> listed(BiFunction<String, String, T> read) {
        String requests = "/flowfile-queues/" + id() + "/listing-requests";
        JsonNode created = rest.post(requests);
        return AsynchronousRequest.run(rest, requests, created, "listingRequest", listing -> {
            List<T> flowFiles = new ArrayList<>();
            listing.path("flowFileSummaries")
                    .forEach(summary -> flowFiles.add(read.apply(
                            summary.path("uuid").asText(),
                            summary.path("clusterNodeId").asText(""))));
            return flowFiles;
        });
    }

    /** The one FlowFile that waits here. */
    public FlowFile onlyFlowFile() {
        List<FlowFile> flowFiles = flowFiles();
        if (flowFiles.size() != 1) {
            throw new AssertionError("One FlowFile was expected in '" + name() + "', not " + flowFiles);
        }
        return flowFiles.getFirst();
    }

    /** The content of a FlowFile that waits here. */
    public byte[] content(FlowFile flowFile) {
        return rest.bytes(flowFilePath(flowFile.uuid()) + "/content");
    }

    /** The content of a FlowFile that waits here, as UTF-8. */
    public String text(FlowFile flowFile) {
        return new String(content(flowFile), StandardCharsets.UTF_8);
    }

    /** Where the content of a FlowFile that waits here lies. */
    public ClaimPlace claim(FlowFile flowFile) {
        return ClaimPlace.of(rest.get(flowFilePath(flowFile.uuid())).path("flowFile"));
    }

    /** Empties the queue, as a person does with "Empty queue". */
    public void empty() {
        String requests = "/flowfile-queues/" + id() + "/drop-requests";
        AsynchronousRequest.run(rest, requests, rest.post(requests), "dropRequest", dropped -> null);
    }

    private static String onNode(String node) {
        return node.isEmpty() ? "" : "?clusterNodeId=" + node;
    }

    private FlowFile flowFile(String uuid, String node) {
        JsonNode flowFile = rest.get(flowFilePath(uuid) + onNode(node)).path("flowFile");
        return new FlowFile(
                uuid,
                flowFile.path("size").asLong(),
                flowFile.path("penalized").asBoolean(),
                Map.copyOf(Configurable.values(flowFile.path("attributes"))));
    }

    private String flowFilePath(String uuid) {
        return "/flowfile-queues/" + id() + "/flowfiles/" + uuid;
    }

    private JsonNode snapshot() {
        return entity().path("status").path("aggregateSnapshot");
    }

    private Connection change(String field, Object value) {
        update(Map.of(field, value));
        return this;
    }
}
