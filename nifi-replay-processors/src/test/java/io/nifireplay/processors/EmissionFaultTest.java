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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.replay.UnreadableEvent;
import io.nifireplay.services.journal.EventJournalService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose fault it is that an event is not emitted: the journal's, which cannot read it, or NiFi's, which cannot write it. */
class EmissionFaultTest {
    private static final EventRef SECOND = new EventRef("default", 2);

    @TempDir
    private Path directory;

    private final List<UnreadableEvent> told = new ArrayList<>();
    private final ReplayEvents processor = new ReplayEvents();
    private JournalRunner admission;
    private TestRunner replay;

    @BeforeEach
    void replayThreeDeadLettersOfWhichTheSecondCannotBeRead() throws Exception {
        admission = JournalRunner.of(new JournalEvent(), directory);
        for (String id : List.of("1", "2", "3")) {
            MockFlowFile admitted = admission
                    .enqueue("content " + id, Map.of("ce-id", id, "ce-source", "a"))
                    .run()
                    .only("accepted");
            admission
                    .journal()
                    .record(List.of(new Outcome.GivenUp(
                            admission
                                    .journal()
                                    .tokens()
                                    .read(admitted.getAttribute("replay.token"))
                                    .orElseThrow(),
                            admitted.getAttribute("uuid"),
                            RequiredEffects.DEFAULT,
                            Fragment.WHOLE,
                            new EventState.Failure("400", "no"))));
        }
        admission
                .journal()
                .open(new ReplayRequest(
                        "job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "a test", "a tester"));
        replay = TestRunners.newTestRunner(processor);
        Service service = new Service();
        replay.addControllerService("journal", service);
        replay.enableControllerService(service);
        replay.setProperty(JournalProcessor.EVENT_JOURNAL, "journal");
        processor.onScheduled(replay.getProcessContext());
    }

    @AfterEach
    void close() {
        admission.close();
    }

    @Test
    void whatTheJournalCannotReadIsToldItAndTheOthersGoOn() {
        DamagedSession session = DamagedSession.over(processor, List.of());

        processor.onTrigger(replay.getProcessContext(), () -> session);

        assertThat(session.getFlowFilesForRelationship("replayed"))
                .extracting(flowFile -> flowFile.getAttribute("replay.event.id"))
                .containsExactly("default/1", "default/3");
        assertThat(told).singleElement().satisfies(one -> {
            assertThat(one.event()).isEqualTo(SECOND);
            assertThat(one.job()).contains("job");
            assertThat(one.reason()).contains("lacks a part");
        });
        assertThat(replay.getLogger().getErrorMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.getMsg()).contains("cannot read"));
    }

    @Test
    void whatNiFiCannotWriteGoesBackInItsOwnWordsAndIsNoneOfTheJournals() {
        DamagedSession session = DamagedSession.over(processor, List.of()).fullDisk();

        assertThatThrownBy(() -> processor.onTrigger(replay.getProcessContext(), () -> session))
                .isInstanceOf(ProcessException.class)
                .hasRootCauseMessage("No space left on device");

        session.assertRolledBack();
        assertThat(told).isEmpty();
        assertThat(replay.getLogger().getErrorMessages()).isEmpty();
    }

    /** The journal of the directory, in which the content of the second event lacks its end. */
    private final class Service extends AbstractControllerService implements EventJournalService {
        @Override
        public EventJournal getEventJournal() {
            EventJournal journal = admission.journal();
            return (EventJournal) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {EventJournal.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("by")) {
                            return proxy;
                        }
                        if (method.getName().equals("unreadable")) {
                            for (Object one : (List<?>) arguments[0]) {
                                told.add((UnreadableEvent) one);
                            }
                        }
                        Object answer;
                        try {
                            answer = method.invoke(journal, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                        return method.getName().equals("emit")
                                ? ((List<?>) answer)
                                        .stream()
                                                .map(emission -> damaged((Emission) emission))
                                                .toList()
                                : answer;
                    });
        }

        @Override
        public int getMaximumResultSize() {
            return 0;
        }
    }

    private static Emission damaged(Emission emission) {
        if (!emission.event().equals(SECOND)) {
            return emission;
        }
        Content content = new Content() {
            @Override
            public long size() {
                return emission.content().size();
            }

            @Override
            public InputStream open() {
                InputStream half = new ByteArrayInputStream(new byte[4]);
                return new SequenceInputStream(half, new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("The event journal lacks a part of this content");
                    }
                });
            }
        };
        return new Emission(emission.event(), emission.envelope(), content, emission.token(), emission.job());
    }
}
