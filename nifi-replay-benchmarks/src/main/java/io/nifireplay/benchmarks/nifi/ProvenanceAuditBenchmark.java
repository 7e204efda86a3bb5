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
package io.nifireplay.benchmarks.nifi;

import io.nifireplay.benchmarks.BenchResult;
import io.nifireplay.benchmarks.BenchSettings;
import io.nifireplay.benchmarks.Benchmark;
import io.nifireplay.benchmarks.Contestant;
import io.nifireplay.benchmarks.Runs;
import io.nifireplay.benchmarks.Table;
import io.nifireplay.systemtest.audit.ProvenanceAudit;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ReportingTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Whether the audit of provenance keeps up with what a flow of events writes into it, and what it costs the flow. */
public final class ProvenanceAuditBenchmark implements Benchmark {
    private static final int FLOW_FILES = 80_000;
    private static final int QUICK_FLOW_FILES = 40_000;

    /** JournalEvent and CompleteEvent: what each of them does to a FlowFile is one event. */
    private static final int EVENTS_OF_A_FLOW_FILE = 2;

    private static final double BAR_KEEPING_UP = 1;
    private static final int AIM = 10_000;
    private static final String SCHEDULE = "1 sec";
    private static final long POLL_MILLIS = 20;
    private static final Duration QUIET = Duration.ofSeconds(8);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final double NANOS = 1e9;
    private static final String FLOW_UNIT = "FlowFiles/s";
    private static final String EVENT_UNIT = "provenance events/s";
    private static final String WITH = "flow with the task";
    private static final String WITHOUT = "flow without it";
    private static final String CATCHING_UP = "task that catches up";

    @Override
    public String name() {
        return "provenance-audit";
    }

    @Override
    public String description() {
        return "ProvenanceAuditReportingTask in a running NiFi against what a flow of events writes into provenance";
    }

    @Override
    public List<BenchResult> run(BenchSettings settings) throws Exception {
        int flowFiles = settings.size(FLOW_FILES, QUICK_FLOW_FILES);
        try (BenchNiFi nifi = BenchNiFi.start(settings, name())) {
            ControllerService journal = nifi.journal("journal", Map.of());
            ProvenanceAudit audit = ProvenanceAudit.create(
                    nifi.client(), Path.of(nifi.folder("audit")), Map.of("Directory", nifi.folder("journal")));
            Reader reader = new Reader(audit.task().every(SCHEDULE));
            Line line = new Line(
                    nifi,
                    List.of(nifi.journalEvent(journal), nifi.completeEvent(journal)),
                    List.of("accepted", "success"));
            List<Double> lags = new ArrayList<>();
            Map<String, Runs> runs = BenchNiFi.takeTurns(
                    settings,
                    FLOW_UNIT,
                    List.of(
                            Contestant.of(WITH, () -> {
                                reader.task().start();
                                double rate = line.run(flowFiles);
                                lags.add(reader.lag());
                                reader.task().stop();
                                return rate;
                            }),
                            Contestant.of(WITHOUT, () -> line.run(flowFiles)),
                            Contestant.of(CATCHING_UP, () -> {
                                double rate = reader.rate();
                                reader.task().stop();
                                return rate;
                            })));
            return List.of(keepsUp(runs, flowFiles, lags), cost(runs, flowFiles));
        }
    }

    /** Follows the position of the task. */
    private record Reader(ReportingTask task) {
        /**
         * How fast a task that was just started reads what is there, from its first step to its last one. NiFi may take
         * some seconds until it runs a task that was started.
         */
        double rate() throws InterruptedException {
            long before = position();
            task.start();
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (position() == before) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "The task has read nothing within " + TIMEOUT + "; see its bulletins: " + task.bulletins());
                }
                Thread.sleep(POLL_MILLIS);
            }
            long first = position();
            long start = System.nanoTime();
            long end = untilQuiet();
            return (position() - first) * NANOS / (end - start);
        }

        /** How long it takes until the last thing is read, in seconds. */
        double lag() throws InterruptedException {
            long start = System.nanoTime();
            return (untilQuiet() - start) / NANOS;
        }

        /** Waits until the position stays where it is, and says since when it does; nanoseconds of the system's timer. */
        private long untilQuiet() throws InterruptedException {
            long reached = System.nanoTime();
            long last = position();
            while (System.nanoTime() - reached < QUIET.toNanos()) {
                Thread.sleep(POLL_MILLIS);
                long now = position();
                if (now != last) {
                    last = now;
                    reached = System.nanoTime();
                }
            }
            return reached;
        }

        private long position() {
            return Long.parseLong(task.state().getOrDefault("last", "-1"));
        }
    }

    private BenchResult keepsUp(Map<String, Runs> runs, int flowFiles, List<Double> lags) {
        Runs written = new Runs(runs.get(WITHOUT).values().stream()
                .map(rate -> rate * EVENTS_OF_A_FLOW_FILE)
                .toList());
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("aim, provenance events/s", AIM);
        details.put(
                "lag behind a flow at full speed, s",
                Table.number(lags.stream()
                                .mapToDouble(Double::doubleValue)
                                .max()
                                .orElse(0))
                        + " at most, of that up to " + SCHEDULE
                        + " of schedule; the queue that is emptied at the end of a"
                        + " round, a DROP for each FlowFile, is read within that time, too");
        details.put("FlowFiles a round", flowFiles + " of 1 KB, each an event of its own");
        details.put("task", "batches of 10,000; each DROP is looked up in the journal");
        details.put("flow", "JournalEvent and CompleteEvent, " + BenchNiFi.TASKS + " concurrent tasks each");
        return new BenchResult(
                name(),
                EVENT_UNIT,
                runs.get(CATCHING_UP),
                "written by a flow at full speed",
                written,
                OptionalDouble.of(BAR_KEEPING_UP),
                "bin/bench " + name(),
                details);
    }

    private BenchResult cost(Map<String, Runs> runs, int flowFiles) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("FlowFiles a round", flowFiles + " of 1 KB, each an event of its own");
        details.put("task", "runs every " + SCHEDULE + " on the same processors as the flow");
        return new BenchResult(
                name() + "-flow",
                FLOW_UNIT,
                runs.get(WITH),
                WITHOUT,
                runs.get(WITHOUT),
                OptionalDouble.empty(),
                "bin/bench " + name(),
                details);
    }
}
