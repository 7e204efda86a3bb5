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

import io.nifireplay.journal.Selector;
import io.nifireplay.journal.provenance.ProvenanceSource;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.processors.provenance.GovernedJobs;
import io.nifireplay.processors.provenance.TargetPolicies;
import io.nifireplay.processors.rest.StubNiFi;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no NiFi to ask; the rest is tried on a real one. */
class ReplayProvenanceTest {
    private static final String NOBODY = "http://127.0.0.1:1/nifi-api";

    @TempDir
    Path directory;

    private JournalRunner runner;

    @BeforeEach
    void open() {
        runner = JournalRunner.of(new ReplayProvenance(), directory)
                .with("NiFi API URL", NOBODY)
                .with("JournalEvent Processors", "j1, j2");
    }

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void sendsNoTokenInTheOpen() {
        runner.nifi().assertValid();
        runner.with("Bearer Token", "secret").nifi().assertNotValid();
        runner.with("NiFi API URL", "HTTP://127.0.0.1:1/nifi-api").nifi().assertNotValid();
        runner.with("NiFi API URL", "https://nifi.example.com/nifi-api").nifi().assertValid();
    }

    @Test
    void validatesTheRequestOfItsOwn() {
        runner.with("Request", "{\"action\": \"replay\", \"jobs\": \"a\"}")
                .nifi()
                .assertNotValid();
        runner.with("Request", "{\"action\": \"replay\", \"job\": \"a\", \"select\": {}, \"reason\": \"why\"}")
                .nifi()
                .assertValid();
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThat(refusal("""
                {"action": "replay", "job": "a", "select": {"partitions": ["p"]}, "reason": "why"}
                """)).startsWith("$.select.partitions: is not known here; known are processors, time");
        assertThat(refusal("""
                {"action": "replay", "job": "a", "select": {"processors": ["j3"]}, "reason": "why"}
                """))
                .isEqualTo("$.select.processors: 'j3' is none of this processor's JournalEvent Processors");
        assertThat(refusal("""
                {"action": "replay", "job": "a", "mode": "drill", "select": {}, "reason": "why"}
                """)).contains("no drill over provenance");
        assertThat(refusal("""
                {"action": "replay", "job": "a", "select": {}, "limits": {"strictOrder": true}, "reason": "why"}
                """)).contains("provenance has no order");
        assertThat(refusal("""
                {"action": "acknowledge", "select": {}, "reason": "why"}
                """)).contains("known are replay, pause, resume, abort, status");
    }

    @Test
    void saysThatNiFiIsNotReachedAndOpensNoJob() {
        assertThat(refusal("""
                {"action": "replay", "job": "a", "select": {}, "reason": "why"}
                """)).startsWith("NiFi's REST API is not reached; is NiFi API URL right?");
        assertThat(runner.journal().jobs()).isEmpty();
    }

    @Test
    void needsNoListOfJournalEvents() {
        runner.without("JournalEvent Processors").nifi().assertValid();
    }

    @Test
    void saysInABulletinWhyItPausesAJobWhoseQueueIsLedElsewhere() {
        ReplayRequest request =
                new ReplayRequest("job", Selector.ALL, ReplayMode.MISSED_ONLY, false, Limits.NONE, "why", "test");
        runner.journal()
                .open(
                        request,
                        "all",
                        List.of(new ProvenanceSource("", 1, "f", "queue", Optional.empty(), Optional.empty())));
        List<String> asked = new CopyOnWriteArrayList<>();
        StubNiFi elsewhere = new StubNiFi((method, path, body) -> {
            asked.add(method + " " + path);
            return StubNiFi.Answer.of(200, "{\"destinationId\": \"put-sql\"}");
        });
        try (elsewhere) {
            runner.with("NiFi API URL", elsewhere.url().toString()).run();
        }

        assertThat(asked).containsExactly("GET /connections/queue");
        assertThat(runner.journal().job("job").orElseThrow().state()).isEqualTo(JobState.PAUSED);
        assertThat(runner.nifi().getLogger().getErrorMessages())
                .anySatisfy(message -> assertThat(message.getMsg())
                        .contains("Replay job job was paused: Queue queue leads to component put-sql now"));
    }

    @Test
    void saysInABulletinWhyItCannotPlanAJobOfTheCoordinator() {
        runner.journal().govern(TargetPolicies.listing("j1", "j2"));
        GovernedJobs jobs = new GovernedJobs(runner.journal());
        jobs.ask("job");
        try (StubNiFi refusing = new StubNiFi((method, path, body) -> StubNiFi.Answer.of(403, "No."))) {
            runner.with("NiFi API URL", refusing.url().toString()).run();
        }

        assertThat(jobs.job("job").state()).isEqualTo(JobState.DRAFTED);
        assertThat(jobs.job("job").stateReason()).contains("'view the component'", "j1");
        assertThat(runner.nifi().getLogger().getErrorMessages())
                .anySatisfy(message -> assertThat(message.getMsg())
                        .contains("Replay job job was not planned, and is drafted again", "'view the component'"));
    }

    @Test
    void keepsAPlanThatWasAskedForWhileNiFiIsNotReached() {
        runner.journal().govern(TargetPolicies.listing("j1", "j2"));
        GovernedJobs jobs = new GovernedJobs(runner.journal());
        jobs.ask("job");
        runner.run();

        assertThat(jobs.job("job").state()).isEqualTo(JobState.PLANNING);
        assertThat(runner.nifi().getLogger().getWarnMessages())
                .anySatisfy(message -> assertThat(message.getMsg()).contains("NiFi's REST API is not reached"));
    }

    @Test
    void reportsOnTheJournal() {
        runner.enqueue("{\"action\": \"status\"}", Map.of()).run();

        assertThat(runner.only("report").getContent()).contains("\"report\" : \"status\"");
    }

    private String refusal(String request) {
        runner.enqueue(request, Map.of()).run();
        return runner.only("failure").getAttribute("replay.reason");
    }
}
