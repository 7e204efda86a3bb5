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
package io.nifireplay.systemtest.journal;

import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.junit.KeepLogs;
import io.nifireplay.systemtest.junit.SharedNiFi;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A flow that is deleted and imported again, with other component ids, onto the journal that it had. */
@ExtendWith({SharedNiFi.class, KeepLogs.class})
class ReimportedFlowSystemTest {
    @Test
    void findsItsEventsAgain(ProcessGroup group, @TempDir Path folder) {
        ProcessGroup first = group.createGroup("intake");
        JournalFlow flow = new JournalFlow(first);
        Processor journalEvent = flow.journalEvent();
        Processor complete = flow.completeEvent();
        flow.connect(journalEvent, "accepted", complete);
        Source source = flow.source(journalEvent);
        flow.start();
        source.send("order-1", "two apples");
        flow.awaitCounts(complete, Map.of("success", 1L));
        Path definition = folder.resolve("intake.json");
        first.download(definition);
        first.delete();

        ProcessGroup again = group.importFlow(definition, "intake");
        again.enableServices();
        Processor importedJournalEvent = again.processorNamed("JournalEvent").start();
        Processor importedComplete = again.processorNamed("CompleteEvent").start();
        Processor generate = again.processorNamed("GenerateFlowFile");
        generate.runOnce();
        again.connectionFrom(importedJournalEvent, "duplicate").awaitCount(1);
        generate.set(JournalFlow.KEY, "order-2").runOnce();
        again.connectionFrom(importedComplete, "success").awaitCount(1);
        again.connectionFrom(importedJournalEvent, "duplicate").awaitCount(1);
    }
}
