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
import io.nifireplay.services.journal.EventJournalService;
import io.nifireplay.services.journal.RocksDBEventJournal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** A processor with a real journal in a directory; several of them share the journal of one directory. */
final class JournalRunner implements AutoCloseable {
    private final TestRunner runner;
    private final RocksDBEventJournal service = new RocksDBEventJournal();

    private JournalRunner(Processor processor, Path directory, Map<String, String> serviceProperties) {
        runner = TestRunners.newTestRunner(processor);
        try {
            runner.addControllerService("journal", service);
        } catch (InitializationException e) {
            throw new IllegalStateException(e);
        }
        runner.setProperty(service, "Directory", directory.toString());
        serviceProperties.forEach((name, value) -> runner.setProperty(service, name, value));
        runner.enableControllerService(service);
        runner.setProperty(JournalProcessor.EVENT_JOURNAL, "journal");
    }

    static JournalRunner of(Processor processor, Path directory) {
        return new JournalRunner(processor, directory, Map.of());
    }

    static JournalRunner of(Processor processor, Path directory, Map<String, String> serviceProperties) {
        return new JournalRunner(processor, directory, serviceProperties);
    }

    JournalRunner with(String property, String value) {
        runner.setProperty(property, value);
        return this;
    }

    JournalRunner without(String property) {
        runner.removeProperty(property);
        return this;
    }

    TestRunner nifi() {
        return runner;
    }

    EventJournalService service() {
        return service;
    }

    EventJournal journal() {
        return service.getEventJournal();
    }

    JournalRunner enqueue(String content, Map<String, String> attributes) {
        runner.enqueue(content, attributes);
        return this;
    }

    JournalRunner enqueue(MockFlowFile flowFile) {
        runner.enqueue(flowFile);
        return this;
    }

    /** Triggers once and forgets what was transferred before. */
    JournalRunner run() {
        runner.clearTransferState();
        runner.run();
        return this;
    }

    List<MockFlowFile> on(String relationship) {
        return runner.getFlowFilesForRelationship(relationship);
    }

    /** The only FlowFile, which must be on this relationship. */
    MockFlowFile only(String relationship) {
        runner.assertAllFlowFilesTransferred(relationship, 1);
        return on(relationship).getFirst();
    }

    @Override
    public void close() {
        runner.disableControllerService(service);
    }
}
