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

import io.nifireplay.processors.request.InvalidRequestException;
import io.nifireplay.processors.request.ProvenanceCommand;
import io.nifireplay.processors.request.ProvenanceCommandParser;
import io.nifireplay.processors.request.ProvenanceCommands;
import io.nifireplay.processors.request.SharedRequests.Shared;
import io.nifireplay.processors.rest.ClusterNotReadyException;
import io.nifireplay.processors.rest.NiFiApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;

/** Answers requests to ReplayProvenance: each becomes a report, or goes to failure with the reason. */
final class ProvenanceRequests {
    private final ProvenanceCommandParser parser;
    private final ProvenanceCommands commands;
    private final JobFlowFiles jobFlowFiles;
    private final ComponentLog log;

    ProvenanceRequests(
            ProvenanceCommandParser parser, ProvenanceCommands commands, JobFlowFiles jobFlowFiles, ComponentLog log) {
        this.parser = parser;
        this.commands = commands;
        this.jobFlowFiles = jobFlowFiles;
        this.log = log;
    }

    /** A request that did not come as a FlowFile. */
    void answer(ProcessSession session, String request) throws ClusterNotReadyException, InterruptedException {
        answer(session, written(session, request), request);
        session.commitAsync();
    }

    /** Whether there was a FlowFile. */
    boolean answerNext(ProcessSession session) throws ClusterNotReadyException, InterruptedException {
        FlowFile request = session.get();
        if (request == null) {
            return false;
        }
        Optional<String> text = valid(session, request);
        if (text.isPresent()) {
            answer(session, request, text.get());
        }
        session.commitAsync();
        return true;
    }

    /**
     * On a cluster: a request that came to this node is shared first, and then all that are shared are met in their order.
     *
     * @throws ClusterNotReadyException when nothing was done; all of it is to be done again
     */
    boolean answerShared(ProcessSession session, ClusterRequests shared)
            throws ClusterNotReadyException, InterruptedException {
        Optional<FlowFile> request = Optional.ofNullable(session.get());
        try {
            Optional<FlowFile> own = request.isPresent() ? share(session, request.get(), shared) : request;
            List<Shared> toMeet = shared.toMeet();
            boolean isMet = false;
            for (Shared next : toMeet) {
                boolean isOwn =
                        own.filter(flowFile -> uuid(flowFile).equals(next.id())).isPresent();
                isMet |= isOwn;
                answer(session, isOwn ? own.orElseThrow() : written(session, next.json()), next.json());
            }
            if (own.isPresent() && !isMet) {
                // It was met, and NiFi went down before it knew.
                Optional<String> text = valid(session, own.get());
                answer(session, own.get(), text.orElseThrow());
            }
            if (toMeet.isEmpty()) {
                session.commitAsync();
            } else {
                long last = toMeet.getLast().number();
                jobFlowFiles.mark(session, ClusterRequests.MARK, String.valueOf(last));
                session.commitAsync(() -> shared.met(last), failure -> shared.again());
            }
            return request.isPresent() || !toMeet.isEmpty();
        } catch (IOException e) {
            throw new ClusterNotReadyException("The cluster's state cannot be read or written, " + e);
        }
    }

    /** The FlowFile, when its request was shared; empty when it was refused. */
    private Optional<FlowFile> share(ProcessSession session, FlowFile request, ClusterRequests shared)
            throws IOException {
        Optional<String> text = valid(session, request);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            shared.share(uuid(request), text.get());
            return Optional.of(request);
        } catch (IllegalArgumentException e) {
            refuse(session, request, e.getMessage());
            return Optional.empty();
        }
    }

    private static String uuid(FlowFile flowFile) {
        return flowFile.getAttribute(CoreAttributes.UUID.key());
    }

    private static FlowFile written(ProcessSession session, String request) {
        return session.write(session.create(), out -> out.write(bytes(request)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The text of a request; what is not valid goes to failure. */
    private Optional<String> valid(ProcessSession session, FlowFile request) {
        try {
            byte[] text = JobFlowFiles.read(session, request);
            parser.parse(text);
            return Optional.of(new String(text, StandardCharsets.UTF_8));
        } catch (InvalidRequestException e) {
            refuse(session, request, e.getMessage());
            return Optional.empty();
        }
    }

    private void answer(ProcessSession session, FlowFile request, String text)
            throws ClusterNotReadyException, InterruptedException {
        try {
            ProvenanceCommand command = parser.parse(bytes(text));
            jobFlowFiles.report(session, request, commands.execute(command));
        } catch (ClusterNotReadyException e) {
            throw e;
        } catch (InvalidRequestException | IllegalArgumentException | NiFiApiException e) {
            refuse(session, request, e.getMessage());
        } catch (IOException e) {
            refuse(session, request, "NiFi's REST API is not reached; is NiFi API URL right? " + e);
        }
    }

    private void refuse(ProcessSession session, FlowFile request, String reason) {
        log.error("A request for a replay from provenance, {}, was refused: {}", request, reason);
        JobFlowFiles.refuse(session, request, ReplayProvenance.FAILURE, reason);
    }
}
