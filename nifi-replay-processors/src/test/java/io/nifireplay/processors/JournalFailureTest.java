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

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Token;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JournalFailureTest {
    private static final String TOKEN =
            FailingJournalService.TOKENS.write(new Token(Token.Kind.ADMISSION, new EventRef("default", 1), 1, 1, 0));

    static Stream<Processor> processors() {
        return Stream.of(new JournalEvent(), new GuardDelivery(), new CompleteEvent());
    }

    @ParameterizedTest
    @MethodSource("processors")
    void givesTheBatchBackToItsQueueUntouchedWithOneBulletin(Processor processor) throws Exception {
        TestRunner runner = runner(processor);
        Map<String, String> attributes = Map.of("ce-id", "1", "ce-source", "a", "replay.token", TOKEN);
        runner.enqueue("a", attributes);
        runner.enqueue("b", attributes);

        runner.run();

        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(2);
        assertThat(runner.getPenalizedFlowFiles()).isEmpty();
        assertThat(runner.getLogger().getErrorMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg()).contains("back in their queue"));
        assertThat(runner.isYieldCalled()).isTrue();
    }

    @Test
    void leavesRequestsInTheirQueue() throws Exception {
        TestRunner runner = runner(new ReplayEvents());
        runner.enqueue("{\"action\": \"status\"}");

        runner.run();

        assertThat(runner.getQueueSize().getObjectCount()).isEqualTo(1);
        assertThat(runner.isYieldCalled()).isTrue();
    }

    private static TestRunner runner(Processor processor) throws Exception {
        TestRunner runner = TestRunners.newTestRunner(processor);
        FailingJournalService service = new FailingJournalService();
        runner.addControllerService("journal", service);
        runner.enableControllerService(service);
        runner.setProperty(JournalProcessor.EVENT_JOURNAL, "journal");
        return runner;
    }
}
