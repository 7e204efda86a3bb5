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
package io.nifireplay.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.DailyWindow;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.governance.StaleVersionException;
import io.nifireplay.journal.provenance.ProvenanceSelection;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.ui.http.Answer;
import io.nifireplay.ui.http.Call;
import io.nifireplay.ui.http.Problem;
import io.nifireplay.ui.http.SameSite;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayApiTest {
    private static final String REASON = "{\"reason\":\"because\"}";
    private static final String REQUEST =
            "{\"action\":\"replay\",\"job\":\"fix\",\"mode\":\"forced\",\"select\":{\"states\":[\"completed\"]},"
                    + "\"reason\":\"wrong price\"}";

    private final RecordingCoordinator coordinator = new RecordingCoordinator(new ReplayRequest(
            "fix",
            Selector.ALL.withPartitions(Set.of("a")).withKeys(List.of("k")),
            ReplayMode.FORCED,
            true,
            new Limits(Optional.of(5.0), 7, Optional.of(RecordingCoordinator.NOW), Optional.of(0.1), true),
            "wrong price",
            "CN=operator"));
    private final Coordinators coordinators = id -> {
        if (!id.equals("c1")) {
            throw new Problem(Problem.Kind.NOT_FOUND, "no coordinator '" + id + "'");
        }
        return new Coordinators.Seat("c1", coordinator, new Caller("CN=caller", true, Optional.empty()));
    };
    private final ReplayApi api = new ReplayApi(coordinators, InstantSource.fixed(RecordingCoordinator.NOW));

    @Test
    void showsAJobAsItsSchemaSays() {
        Answer answer = get("coordinators", "c1", "jobs", "fix");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("ETag", "\"7\"");
        assertThat(Schema.GOVERNED_JOB.complaints(answer.body().toString())).isEmpty();
        assertThat(answer.body().path("state").asText()).isEqualTo("awaiting approval");
        assertThat(answer.body().path("approval").path("approver").asText()).isEqualTo("CN=approver");
        assertThat(answer.body().path("estimatedEnd").asText()).isEqualTo("2026-11-28T12:00:04Z");
    }

    @Test
    void theSchemaSaysAllThatThereIs() {
        Answer answer = get("coordinators", "c1", "jobs", "fix");
        answer.body().put("more", 1);
        assertThat(Schema.GOVERNED_JOB.complaints(answer.body().toString())).hasSize(1);
        answer.body().remove("more");
        answer.body().withObject("/plan").put("more", 1);
        assertThat(Schema.GOVERNED_JOB.complaints(answer.body().toString())).hasSize(1);
    }

    @Test
    void listsJobs() {
        Answer answer = get("coordinators", "c1", "jobs");
        assertThat(answer.body().path("jobs")).hasSize(1);
        assertThat(Schema.GOVERNED_JOB.complaints(
                        answer.body().path("jobs").path(0).toString()))
                .isEmpty();
    }

    @Test
    void showsWhoGovernsAndWhatTheCallerMayDo() {
        assertThat(Schema.GOVERNANCE.complaints(get("coordinators", "c1").body().toString()))
                .isEmpty();
        ReplayPolicy policy = new ReplayPolicy(
                true,
                Set.of("CN=operator"),
                Optional.of(50.5),
                OptionalInt.of(5),
                OptionalLong.of(100),
                Duration.ofHours(1),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new DailyWindow(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneOffset.UTC)),
                Optional.of(Set.of("j1")));
        Pin pin = new Pin("c1", "p1", policy, RecordingCoordinator.NOW);
        coordinator.governedBy(new Governance(Optional.of(pin), Optional.of(pin)));
        Answer answer = get("coordinators", "c1");
        assertThat(Schema.GOVERNANCE.complaints(answer.body().toString())).isEmpty();
        assertThat(answer.body().path("caller").toString())
                .isEqualTo("{\"identity\":\"CN=caller\",\"mayOperate\":true,\"mayApprove\":false}");
        assertThat(answer.body().path("pinned").path("policy").toString()).isEqualTo(policy.canonicalJson());
        assertThat(answer.body().path("waiting").path("digest").asText()).isEqualTo(pin.digest());
        assertThat(answer.body().path("waiting").path("policyDigest").asText()).isEqualTo(policy.digest());
    }

    @Test
    void draftsInTheNameOfTheCaller() {
        Answer answer = post(REQUEST, "coordinators", "c1", "jobs");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).containsEntry("Location", "jobs/fix");
        assertThat(coordinator.asked()).containsExactly("draft fix FORCED by CN=caller");
    }

    @Test
    void draftsAndEditsAJobOverProvenance() {
        String request = "{\"action\":\"replay\",\"job\":\"fix\",\"over\":\"provenance\",\"reason\":\"lost\","
                + "\"select\":{\"eventTypes\":[\"ROUTE\"]}}";
        assertThat(post(request, "coordinators", "c1", "jobs").status()).isEqualTo(201);
        assertThat(change("PUT", request, "\"7\"", "coordinators", "c1", "jobs", "fix")
                        .status())
                .isEqualTo(200);
        String asked = "fix MISSED_ONLY over all processors; event types ROUTE by CN=caller";
        assertThat(coordinator.asked()).containsExactly("draft " + asked, "edit 7 " + asked);

        String forced = request.replace("\"reason\"", "\"mode\":\"forced\",\"reason\"");
        assertProblem(post(forced, "coordinators", "c1", "jobs"), 400, "no forced replay over provenance");
    }

    @Test
    void showsAJobOverProvenanceAsItsSchemaSays() {
        coordinator.isOverProvenance(selection(), JobState.AWAITING_APPROVAL);
        Answer answer = get("coordinators", "c1", "jobs", "fix");
        assertThat(Schema.GOVERNED_JOB.complaints(answer.body().toString())).isEmpty();
        assertThat(answer.body().at("/request/over").asText()).isEqualTo("provenance");
        assertThat(answer.body().at("/request/select").toString())
                .isEqualTo("{\"processors\":[\"j1\"],\"time\":{\"from\":\"2026-11-28T12:00:00Z\"},"
                        + "\"eventTypes\":[\"ROUTE\"],\"attributes\":{\"country\":\"NL\"},\"flowFiles\":[\"f1\"],"
                        + "\"lineageOf\":7}");
        assertThat(answer.body().at("/provenance/selection").asText()).startsWith("processors j1; from");
        assertThat(answer.body()
                        .at("/plan/provenance/notReplayable/content expired")
                        .asLong())
                .isEqualTo(1);
        answer.body().withObject("/plan/provenance").put("more", 1);
        assertThat(Schema.GOVERNED_JOB.complaints(answer.body().toString())).hasSize(1);
        answer.body().withObject("/plan/provenance").remove("more");
        answer.body().withObject("/request/select").put("partitions", "p");
        assertThat(Schema.GOVERNED_JOB.complaints(answer.body().toString())).isNotEmpty();
    }

    @Test
    void saysThatAPlanIsAcceptedAndNotMadeYet() {
        coordinator.isOverProvenance(selection(), JobState.PLANNING);
        Answer answer = change("POST", "{}", "\"7\"", "coordinators", "c1", "jobs", "fix", "plan");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.headers()).containsEntry("ETag", "\"7\"");
        assertThat(answer.body().path("state").asText()).isEqualTo("planning");
        assertThat(Schema.GOVERNED_JOB.complaints(answer.body().toString())).isEmpty();
    }

    private static ProvenanceSelection selection() {
        return new ProvenanceSelection(
                Set.of("j1"),
                Optional.of(RecordingCoordinator.NOW),
                Optional.empty(),
                Set.of("ROUTE"),
                Map.of("country", "NL"),
                Set.of("f1"),
                OptionalLong.of(7));
    }

    @Test
    void doesNotLetTheCallerSayWhoAsks() {
        String forged = REQUEST.replace("\"reason\"", "\"requester\":\"CN=operator\",\"reason\"");
        assertProblem(post(forged, "coordinators", "c1", "jobs"), 400, "$.requester");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dry run", "everything"})
    void draftsNoJobOfAnotherMode(String mode) {
        assertProblem(post(REQUEST.replace("forced", mode), "coordinators", "c1", "jobs"), 400, "$.mode");
    }

    @Test
    void editsTheJobOfThePathAndNoOther() {
        assertThat(change("PUT", REQUEST, "\"7\"", "coordinators", "c1", "jobs", "fix")
                        .status())
                .isEqualTo(200);
        assertThat(coordinator.asked()).containsExactly("edit 7 fix FORCED by CN=caller");
        assertProblem(
                change("PUT", REQUEST.replace("\"fix\"", "\"other\""), "\"7\"", "coordinators", "c1", "jobs", "fix"),
                400,
                "'other'");
    }

    @Test
    void plans() {
        assertThat(change("POST", "{}", "\"7\"", "coordinators", "c1", "jobs", "fix", "plan")
                        .status())
                .isEqualTo(200);
        assertThat(coordinator.asked()).containsExactly("plan fix 7 by CN=caller");
    }

    @ParameterizedTest
    @ValueSource(strings = {"approve", "start", "pause", "resume", "abort"})
    void changesTheStateAtTheVersionThatTheCallerHasSeen(String step) {
        String[] path = {"coordinators", "c1", "jobs", "fix", step};
        assertThat(change("POST", REASON, "\"7\"", path).status()).isEqualTo(200);
        assertThat(coordinator.asked()).containsExactly(step + " fix 7 because by CN=caller");

        assertProblem(post(REASON, path), 428, "If-Match");
        assertProblem(change("POST", REASON, "*", path), 400, "If-Match");
        assertProblem(change("POST", "{}", "\"7\"", path), 400, "'reason'");
        assertProblem(change("POST", "{\"reason\":\" \"}", "\"7\"", path), 400, "'reason'");
        assertProblem(change("POST", "{\"reason\":\"x\",\"caller\":\"y\"}", "\"7\"", path), 400, "'caller'");
        assertProblem(change("POST", "[]", "\"7\"", path), 400, "object");
        assertProblem(change("POST", "reason", "\"7\"", path), 400, "JSON");
        assertProblem(change("POST", REASON, "\"7\"", "coordinators", "c1", "jobs", "none", step), 404, "'none'");
        assertProblem(change("POST", REASON, "\"7\"", "coordinators", "c2", "jobs", "fix", step), 404, "'c2'");
        assertThat(coordinator.asked()).as("nothing of these was done").hasSize(1);
    }

    @Test
    void approvesThePolicyThatTheCallerHasSeen() {
        post("{\"digest\":\"abc\",\"reason\":\"seen\"}", "coordinators", "c1", "policy", "approve");
        assertThat(coordinator.asked()).containsExactly("approve policy abc seen by CN=caller");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(new NotPermittedException("who"), 403),
                Arguments.of(new StaleVersionException("when"), 412),
                Arguments.of(new IllegalTransitionException("where"), 409),
                Arguments.of(new IllegalArgumentException("what"), 400),
                Arguments.of(new JournalException("disk full"), 500));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhyTheCoordinatorRefuses(RuntimeException refusal, int status) {
        coordinator.refuseWith(refusal);
        Answer answer = change("POST", REASON, "\"7\"", "coordinators", "c1", "jobs", "fix", "start");
        assertProblem(answer, status, refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "POST, coordinators/c1/jobs",
        "PUT, coordinators/c1/jobs/fix",
        "POST, coordinators/c1/jobs/fix/plan",
        "POST, coordinators/c1/jobs/fix/approve",
        "POST, coordinators/c1/jobs/fix/start",
        "POST, coordinators/c1/jobs/fix/pause",
        "POST, coordinators/c1/jobs/fix/resume",
        "POST, coordinators/c1/jobs/fix/abort",
        "POST, coordinators/c1/policy/approve",
        "DELETE, coordinators/c1/jobs/fix",
        "PATCH, coordinators/c1/jobs/fix"
    })
    void whatChangesSomethingShowsThatNoForeignPageSentIt(String method, String path) {
        for (String missing : List.of("Origin", SameSite.HEADER, "Content-Type")) {
            Map<String, String> headers = headers("\"7\"");
            headers.remove(missing);
            Answer answer = call(method, REASON, headers, path.split("/"));
            assertThat(answer.status()).as(missing).isIn(403, 415);
        }
        Map<String, String> plain = headers("\"7\"");
        plain.put("Content-Type", "text/plain");
        assertThat(call(method, REASON, plain, path.split("/")).status()).isEqualTo(415);
        assertThat(coordinator.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "OPTIONS", "TRACE", "GET"})
    void nothingIsChangedByWhatOnlyLooks(String method) {
        for (String step : List.of("plan", "approve", "start", "pause", "resume", "abort")) {
            call(method, REASON, headers("\"7\""), "coordinators", "c1", "jobs", "fix", step);
        }
        assertThat(coordinator.asked()).isEmpty();
    }

    private Answer get(String... path) {
        return call("GET", "", Map.of(), path);
    }

    private Answer post(String body, String... path) {
        Map<String, String> headers = headers("");
        headers.remove("If-Match");
        return call("POST", body, headers, path);
    }

    private Answer change(String method, String body, String version, String... path) {
        return call(method, body, headers(version), path);
    }

    private static Map<String, String> headers(String version) {
        return new HashMap<>(Map.of(
                "Content-Type",
                "application/json",
                "Origin",
                "https://nifi:8443",
                "Host",
                "nifi:8443",
                SameSite.HEADER,
                "1",
                "If-Match",
                version));
    }

    private Answer call(String method, String body, Map<String, String> headers, String... path) {
        return api.answer(new Call(method, "https", List.of(path), headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertProblem(Answer answer, int status, String words) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.mediaType()).isEqualTo("application/problem+json");
        assertThat(answer.body().path("status").asInt()).isEqualTo(status);
        assertThat(answer.body().path("type").asText()).startsWith("urn:nifi-replay:problem:");
        assertThat(answer.body().path("detail").asText()).contains(words);
    }
}
