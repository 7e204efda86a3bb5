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

import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.processors.content.BatchContents;
import io.nifireplay.processors.request.InvalidRequestException;
import io.nifireplay.processors.request.Report;
import io.nifireplay.processors.request.ReportSchedule;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;

/** How requests for jobs come in as FlowFiles, and reports on jobs go out as such. */
final class JobFlowFiles {
    /** No request that a person or a program means to send is larger. */
    static final int MAX_REQUEST_BYTES = 1024 * 1024;

    private final ReportSchedule schedule;
    private final Relationship reports;
    private final ComponentLog log;
    private final Map<String, String> marks = new HashMap<>();

    /**
     * @param context whose state says what was reported before a restart
     * @param interval time between two reports on a job that runs
     * @param reports where reports go
     */
    JobFlowFiles(ProcessContext context, Duration interval, InstantSource clock, Relationship reports, ComponentLog log)
            throws IOException {
        schedule = new ReportSchedule(interval, clock);
        schedule.recall(context.getStateManager().getState(Scope.LOCAL).toMap());
        this.reports = reports;
        this.log = log;
    }

    /** Remembers something else than reports, under a name that no job can have, with the session. */
    void mark(ProcessSession session, String name, String value) throws IOException {
        marks.put(name, value);
        session.setState(memory(), Scope.LOCAL);
    }

    private Map<String, String> memory() {
        Map<String, String> memory = new HashMap<>(schedule.memory());
        memory.putAll(marks);
        return memory;
    }

    /** All bytes of a request. */
    static byte[] read(ProcessSession session, FlowFile request) throws InvalidRequestException {
        if (request.getSize() > MAX_REQUEST_BYTES) {
            throw new InvalidRequestException(
                    "$", "is of " + request.getSize() + " bytes; a request has at most " + MAX_REQUEST_BYTES);
        }
        try {
            return BatchContents.readAll(session, request);
        } catch (IOException e) {
            throw new InvalidRequestException("$", "cannot be read: " + e.getMessage());
        }
    }

    /** Sends a request aside that is not valid or cannot be met. */
    static void refuse(ProcessSession session, FlowFile request, Relationship failure, String reason) {
        FlowFile refused = session.putAttribute(request, ReplayAttributes.REASON, reason);
        session.getProvenanceReporter().route(refused, failure, reason);
        session.transfer(refused, failure);
    }

    /** The FlowFile becomes a report. */
    void report(ProcessSession session, FlowFile flowFile, Report report) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put(CoreAttributes.FILENAME.key(), report.fileName());
        attributes.put(CoreAttributes.MIME_TYPE.key(), "application/json");
        report.job().ifPresent(job -> {
            attributes.put(ReplayAttributes.JOB_ID, job.request().job());
            schedule.tell(job);
        });
        report.jobState().ifPresent(state -> attributes.put(ReplayAttributes.JOB_STATE, state));
        FlowFile written = session.write(flowFile, out -> out.write(report.json()));
        session.transfer(session.putAllAttributes(written, attributes), reports);
    }

    /**
     * Reports on jobs whose state has changed or that run for some time, and commits; whether there were any.
     *
     * @param reportOf makes the report on a job
     */
    boolean reportDue(ProcessSession session, List<JobStatus> jobs, Function<JobStatus, Report> reportOf) {
        List<JobStatus> due = schedule.due(jobs);
        if (due.isEmpty()) {
            return false;
        }
        try {
            due.forEach(job -> report(session, session.create(), reportOf.apply(job)));
            session.setState(memory(), Scope.LOCAL);
        } catch (IOException e) {
            log.warn("What was reported of replay jobs cannot be remembered: after a restart it is reported again", e);
        } catch (RuntimeException e) {
            due.forEach(schedule::untell);
            throw e;
        }
        session.commitAsync(() -> {}, error -> due.forEach(schedule::untell));
        return true;
    }
}
