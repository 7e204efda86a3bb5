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

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Origin;
import io.nifireplay.journal.Token;
import io.nifireplay.services.journal.EventJournalService;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.AbstractProcessor;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.processor.exception.MissingFlowFileException;
import org.apache.nifi.processor.util.StandardValidators;

/**
 * What the processors that take FlowFiles to the journal have in common: a batch is one durable write of the journal, and
 * the journal's write comes before the session's. When the journal cannot write, the batch goes back to its queue as it was.
 */
abstract class JournalProcessor extends AbstractProcessor {
    static final PropertyDescriptor EVENT_JOURNAL = new PropertyDescriptor.Builder()
            .name("Event Journal")
            .description("The journal that decides what may be processed. All processors of a flow share one.")
            .required(true)
            .identifiesControllerService(EventJournalService.class)
            .build();

    static final PropertyDescriptor BATCH_SIZE = new PropertyDescriptor.Builder()
            .name("Batch Size")
            .description(
                    "How many FlowFiles are taken at once, at most. A batch is one durable write of the journal: a larger one"
                            + " is faster while FlowFiles queue up, and makes none wait when they do not.")
            .required(true)
            .defaultValue("1000")
            .addValidator(StandardValidators.createLongValidator(1, 10_000, true))
            .build();

    private volatile String processGroupId = "";

    @Override
    protected final Collection<ValidationResult> customValidate(ValidationContext context) {
        // NiFi tells a processor its group here and nowhere else; it always validates before it starts.
        processGroupId =
                Optional.ofNullable(context.getProcessGroupIdentifier()).orElse("");
        return problems(context);
    }

    /** What is wrong with the properties, beyond each one's own validity. */
    Collection<ValidationResult> problems(ValidationContext context) {
        return List.of();
    }

    /** The group that the processor is in, empty when it is not known. */
    final String processGroupId() {
        return processGroupId;
    }

    @Override
    public final void onTrigger(ProcessContext context, ProcessSession session) {
        EventJournalService service = context.getProperty(EVENT_JOURNAL).asControllerService(EventJournalService.class);
        List<FlowFile> flowFiles = take(context, session, service);
        if (flowFiles.isEmpty()) {
            return;
        }
        try {
            process(context, session, flowFiles, journal(service), service);
        } catch (MissingFlowFileException e) {
            // NiFi has dropped it and put the others back. Thrown on, it would make the processor yield for all of
            // them.
            getLogger()
                    .error(
                            "NiFi dropped a FlowFile whose content is gone; the others of its batch come again at once: {}",
                            e.getCause() == null ? e.getMessage() : e.getCause().getMessage(),
                            e);
        } catch (JournalException e) {
            session.rollback();
            context.yield();
            getLogger()
                    .error(
                            "The event journal did not take {} FlowFiles; they are back in their queue and come again: {}",
                            flowFiles.size(),
                            e.getMessage(),
                            e);
        }
    }

    /** The service's journal, on behalf of this processor. */
    final EventJournal journal(EventJournalService service) {
        return service.getEventJournal()
                .by(new Origin(getIdentifier(), getClass().getSimpleName(), processGroupId));
    }

    /** The FlowFiles of a batch, none when there is nothing to do now. */
    List<FlowFile> take(ProcessContext context, ProcessSession session, EventJournalService service) {
        return session.get(context.getProperty(BATCH_SIZE).asInteger());
    }

    /**
     * Takes a batch to the journal and transfers what it is made of.
     *
     * @param flowFiles at least one
     * @param journal the service's, on behalf of this processor
     * @throws JournalException when the journal cannot do it: the session is rolled back
     */
    abstract void process(
            ProcessContext context,
            ProcessSession session,
            List<FlowFile> flowFiles,
            EventJournal journal,
            EventJournalService service);

    /** What the FlowFile's token says, empty when it has none of this journal. */
    static Optional<Token> token(EventJournal journal, FlowFile flowFile) {
        String text = flowFile.getAttribute(ReplayAttributes.TOKEN);
        return text == null ? Optional.empty() : journal.tokens().read(text);
    }

    /** Why a FlowFile without a valid token is turned away. */
    static String withoutToken(FlowFile flowFile) {
        if (Boolean.parseBoolean(flowFile.getAttribute(ReplayAttributes.DRILL))) {
            return "The FlowFile is a drill's copy: it may not change anything";
        }
        return flowFile.getAttribute(ReplayAttributes.TOKEN) == null
                ? "The FlowFile has no " + ReplayAttributes.TOKEN
                        + ": it did not come through JournalEvent, or the attribute" + " was removed on the way"
                : "The FlowFile's " + ReplayAttributes.TOKEN
                        + " was not given by this journal: is it the Event Journal of the" + " JournalEvent before?";
    }

    /** Sends a FlowFile aside, with the reason in an attribute and in provenance. */
    static void turnAway(
            ProcessSession session, Routes routes, FlowFile flowFile, Relationship relationship, String reason) {
        turnAway(session, routes, flowFile, relationship, reason, Map.of());
    }

    /**
     * The same, with where the audit trail tells of it.
     *
     * @param notice as the journal's answer has it
     */
    static void turnAway(
            ProcessSession session,
            Routes routes,
            FlowFile flowFile,
            Relationship relationship,
            String reason,
            AuditIndexes indexes,
            long notice) {
        Map<String, String> index = HashMap.newHashMap(1);
        indexes.addTo(index, notice);
        turnAway(session, routes, flowFile, relationship, reason, index);
    }

    private static void turnAway(
            ProcessSession session,
            Routes routes,
            FlowFile flowFile,
            Relationship relationship,
            String reason,
            Map<String, String> more) {
        Map<String, String> attributes = new HashMap<>(more);
        attributes.put(ReplayAttributes.OUTCOME, relationship.getName());
        attributes.put(ReplayAttributes.REASON, reason);
        FlowFile marked = session.putAllAttributes(flowFile, attributes);
        session.getProvenanceReporter().route(marked, relationship, reason);
        routes.add(relationship, marked);
    }
}
