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

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.journal.Checkpoint;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.RecoveryPoint;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceCounts;
import io.nifireplay.journal.provenance.ProvenanceFindings;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.JobWait;
import io.nifireplay.journal.replay.Plan;
import io.nifireplay.journal.replay.Progress;
import io.nifireplay.journal.replay.ReplayRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;

/** Writes reports as JSON, in the format of {@code docs/schemas/replay-report.schema.json}. */
public final class Reports {
    /** Of a journal's checkpoints so many are listed. */
    public static final int MAX_PARTITIONS = 1_000;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final UUID journal;
    private final InstantSource clock;
    private final OptionalDouble pace;
    private final Optional<String> node;

    /**
     * @param journal the journal's identity
     * @param pace how fast the downstream lets events be replayed now, events a second; empty where nobody measures it
     */
    public Reports(UUID journal, InstantSource clock, OptionalDouble pace) {
        this(journal, clock, pace, Optional.empty());
    }

    /** @param node the cluster's node that reports, empty where it does not matter */
    public Reports(UUID journal, InstantSource clock, OptionalDouble pace, Optional<String> node) {
        this.pace = pace;
        this.node = node;
        this.journal = journal;
        this.clock = clock;
    }

    /** Of one job. */
    public byte[] job(JobStatus job) {
        ObjectNode report = report("job");
        report.set("job", jobNode(job));
        return bytes(report);
    }

    /**
     * Of one job over provenance.
     *
     * @param standings how many items stand where
     */
    public byte[] job(JobStatus job, Map<ItemStanding, Long> standings) {
        ObjectNode report = report("job");
        ObjectNode node = jobNode(job);
        ObjectNode counts = node.withObject("/provenance").putObject("items");
        standings.forEach((standing, count) -> counts.put(standing.text(), count));
        report.set("job", node);
        return bytes(report);
    }

    /** Of a dry run. */
    public byte[] dryRun(ReplayRequest request, Plan plan) {
        return bytes(dryRunNode(request, plan));
    }

    /**
     * Of a dry run over provenance.
     *
     * @param selection what was selected there
     */
    public byte[] dryRun(ReplayRequest request, Plan plan, String selection, ProvenanceFindings found) {
        ObjectNode report = dryRunNode(request, plan);
        ObjectNode node = report.putObject("provenance");
        node.put("selection", selection);
        node.setAll(foundNode(found.counts()));
        return bytes(report);
    }

    /** What was found in provenance, as reports show it. */
    public static ObjectNode foundNode(ProvenanceCounts counts) {
        ObjectNode node = NODES.objectNode();
        node.put("events", counts.events());
        node.put("flowFiles", counts.flowFiles());
        node.put("withoutQueue", counts.withoutQueue());
        node.put("elsewhere", counts.elsewhere());
        node.put("conflicts", counts.conflicts());
        ObjectNode obstacles = node.putObject("notReplayable");
        new TreeMap<>(counts.notReplayable()).forEach((standing, count) -> obstacles.put(standing.text(), count));
        return node;
    }

    private ObjectNode dryRunNode(ReplayRequest request, Plan plan) {
        ObjectNode report = report("dry run");
        report.set("request", requestNode(request));
        report.set("plan", planNode(plan));
        return report;
    }

    /** A request, as reports show it. */
    public static ObjectNode requestNode(ReplayRequest request) {
        ObjectNode asked = NODES.objectNode();
        asked.put("job", request.job());
        asked.put("reason", request.reason());
        asked.put("requester", request.requester());
        return asked;
    }

    /** Of dead letters that were settled. */
    public byte[] acknowledged(long events, String reason) {
        ObjectNode report = report("acknowledged");
        report.put("events", events);
        report.put("reason", reason);
        return bytes(report);
    }

    /** Of a recovery point. */
    public byte[] recoveryPoint(RecoveryPoint point) {
        ObjectNode report = report("recovery point");
        report.set("recoveryPoint", recoveryPointNode(point));
        report.set("checkpoints", checkpointNodes(point.checkpoints()));
        return bytes(report);
    }

    /** Of all that is known. */
    public byte[] status(
            JournalStatistics statistics,
            List<JobStatus> jobs,
            List<Checkpoint> checkpoints,
            List<RecoveryPoint> recoveryPoints) {
        ObjectNode report = report("status");
        ObjectNode counts = report.putObject("statistics");
        counts.put("admitted", statistics.admitted());
        counts.put("commits", statistics.commits());
        counts.put("diskBytes", statistics.diskBytes());
        counts.put("lateOutcomes", statistics.lateOutcomes());
        ArrayNode jobNodes = report.putArray("jobs");
        jobs.forEach(job -> jobNodes.add(jobNode(job)));
        report.put("partitions", checkpoints.size());
        report.set("checkpoints", checkpointNodes(checkpoints));
        ArrayNode points = report.putArray("recoveryPoints");
        recoveryPoints.forEach(point -> points.add(recoveryPointNode(point)));
        return bytes(report);
    }

    /** What every report begins with. */
    public ObjectNode report(String kind) {
        ObjectNode report = NODES.objectNode();
        report.put("report", kind);
        report.put("time", clock.instant().toString());
        report.put("journal", journal.toString());
        node.ifPresent(name -> report.put("node", name));
        return report;
    }

    /** Why a job stands where it does. */
    public static void putReason(ObjectNode job, String reason, Optional<JobWait> waitsFor) {
        job.put("stateReason", waitsFor.map(JobWait::toString).orElse(reason));
        waitsFor.ifPresent(wait -> {
            ObjectNode node = job.putObject("waitsFor");
            node.put("job", wait.job());
            node.put("partition", wait.partition());
        });
    }

    /** A job, as reports show it. */
    public ObjectNode jobNode(JobStatus job) {
        ObjectNode node = NODES.objectNode();
        node.put("id", job.request().job());
        node.put("number", job.number());
        node.put("state", Words.of(job.state()));
        putReason(node, job.stateReason(), job.waitsFor());
        node.put("mode", job.request().mode().text());
        node.put("reason", job.request().reason());
        node.put("requester", job.request().requester());
        node.put("strictOrder", job.request().limits().strictOrder());
        node.put("newEvents", job.request().limits().newEvents().text());
        node.put("started", job.started().toString());
        node.put("changed", job.changed().toString());
        node.set("plan", planNode(job.plan()));
        node.set("progress", progressNode(job.progress()));
        node.put("ratePerSecond", job.ratePerSecond());
        if (job.state() == JobState.RUNNING) {
            pace.ifPresent(bears -> node.put(
                    "currentRatePerSecond",
                    Math.min(bears, job.request().limits().ratePerSecond().orElse(bears))));
        }
        job.provenance().ifPresent(selection -> node.putObject("provenance").put("selection", selection));
        job.timeLeft()
                .ifPresent(left ->
                        node.put("estimatedEnd", clock.instant().plus(left).toString()));
        return node;
    }

    /** How far a job has come, as reports show it. */
    public static ObjectNode progressNode(Progress progress) {
        ObjectNode node = NODES.objectNode();
        node.put("total", progress.total());
        node.put("settled", progress.settled());
        node.put("left", progress.left());
        node.put("emitted", progress.emitted());
        node.put("completed", progress.completed());
        node.put("deadLetter", progress.deadLetter());
        node.put("completedElsewhere", progress.elsewhere());
        node.put("outcomeUnknown", progress.unknown());
        node.put("rejected", progress.rejected());
        node.put("failedShare", progress.failedShare());
        return node;
    }

    /** What a job would do, as reports show it. */
    public static ObjectNode planNode(Plan plan) {
        ObjectNode node = NODES.objectNode();
        node.put("selected", plan.selected());
        node.put("emitted", plan.emitted());
        node.put("inFlight", plan.inFlight());
        node.put("outcomeUnknown", plan.unknown());
        node.put("withoutContent", plan.withoutContent());
        node.put("conflicts", plan.conflicts());
        if (plan.oldestMillis() > 0) {
            node.put("oldest", Instant.ofEpochMilli(plan.oldestMillis()).toString());
            node.put("newest", Instant.ofEpochMilli(plan.newestMillis()).toString());
        }
        ObjectNode byState = node.putObject("byState");
        for (Status status : Status.values()) {
            byState.put(Words.of(status), plan.byStatus().getOrDefault(status, 0L));
        }
        ObjectNode byPartition = node.putObject("byPartition");
        new TreeMap<>(plan.byPartition()).forEach(byPartition::put);
        return node;
    }

    private static ObjectNode recoveryPointNode(RecoveryPoint point) {
        ObjectNode node = NODES.objectNode();
        node.put("name", point.name());
        node.put("time", point.time().toString());
        node.put(
                "open", point.checkpoints().stream().mapToLong(Checkpoint::open).sum());
        return node;
    }

    private static ArrayNode checkpointNodes(List<Checkpoint> checkpoints) {
        ArrayNode nodes = NODES.arrayNode();
        checkpoints.stream().limit(MAX_PARTITIONS).forEach(checkpoint -> {
            ObjectNode node = nodes.addObject();
            node.put("partition", checkpoint.partition());
            node.put("lowWatermark", checkpoint.lowWatermark());
            node.put("head", checkpoint.head());
            node.put("open", checkpoint.open());
        });
        return nodes;
    }

    /** A report as UTF-8. */
    public static byte[] bytes(ObjectNode report) {
        try {
            return JSON.writeValueAsBytes(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of texts and numbers cannot be written as JSON", e);
        }
    }
}
