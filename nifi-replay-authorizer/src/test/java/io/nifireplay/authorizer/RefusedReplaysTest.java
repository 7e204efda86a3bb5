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
package io.nifireplay.authorizer;

import static io.nifireplay.authorizer.Requests.ATTRIBUTES;
import static io.nifireplay.authorizer.Requests.DATA;
import static org.apache.nifi.authorization.RequestAction.READ;
import static org.apache.nifi.authorization.RequestAction.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.entry.AuditEntry.Link;
import io.nifireplay.audit.spool.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.apache.nifi.authorization.AuthorizationRequest;
import org.apache.nifi.authorization.AuthorizationResult;
import org.apache.nifi.web.ReplayingWebApi;
import org.junit.jupiter.api.Test;

class RefusedReplaysTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final AuthorizationResult DENIED = AuthorizationResult.denied("no");

    private final RefusedReplays refusedReplays = new RefusedReplays(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void knowsThatAReplayWasAskedForByTheMethodOfNiFisWebApi() {
        AuthorizationRequest write =
                Requests.of(WRITE, DATA).resourceContext(ATTRIBUTES).build();
        Refusal refusal = new Refusal(
                NOW, Optional.of("CN=auditor"), Refusal.Right.WRITE, DATA, Optional.of("the FlowFile"), Link.KNOWN);
        assertThat(ReplayingWebApi.submitReplay(() -> refused(write))).contains(refusal);
        assertThat(ReplayingWebApi.submitReplayLatestEvent(() -> refused(write)))
                .contains(refusal);
    }

    @Test
    void knowsItWhicheverRightIsMissing() {
        AuthorizationRequest provenance = Requests.of(READ, "/provenance").build();
        assertThat(ReplayingWebApi.submitReplay(() -> refused(provenance)))
                .contains(new Refusal(
                        NOW,
                        Optional.of("CN=auditor"),
                        Refusal.Right.READ,
                        "/provenance",
                        Optional.empty(),
                        Link.KNOWN));
        assertThat(refused(provenance)).as("asked for something else").isEmpty();
    }

    @Test
    void infersItFromWhatOnlyAReplayAsksFor() {
        assertThat(refused(Requests.of(WRITE, DATA).resourceContext(ATTRIBUTES).build()))
                .hasValueSatisfying(refusal -> assertThat(refusal.link()).isEqualTo(Link.INFERRED));
        assertThat(refused(Requests.of(WRITE, DATA).build()))
                .as("emptying a queue passes no attributes")
                .isEmpty();
        assertThat(refused(Requests.of(READ, DATA).resourceContext(ATTRIBUTES).build()))
                .as("looking at content")
                .isEmpty();
        assertThat(ReplayingWebApi.getContent(() -> refused(
                        Requests.of(READ, DATA).resourceContext(ATTRIBUTES).build())))
                .isEmpty();
        assertThat(refused(Requests.of(WRITE, "/processors/p")
                        .resourceContext(ATTRIBUTES)
                        .build()))
                .isEmpty();
    }

    @Test
    void recordsWhatWasAskedForNotThePolicyThatDecided() {
        AuthorizationRequest inherited = Requests.of(WRITE, "/data/process-groups/root")
                .requestedResource(Requests.resource(DATA))
                .resourceContext(ATTRIBUTES)
                .build();
        assertThat(refused(inherited))
                .hasValueSatisfying(refusal -> assertThat(refusal.resource()).isEqualTo(DATA));
    }

    @Test
    void looksAtRefusalsOfDirectAttemptsAlone() {
        AuthorizationRequest.Builder write = Requests.of(WRITE, DATA).resourceContext(ATTRIBUTES);
        for (AuthorizationResult result :
                new AuthorizationResult[] {AuthorizationResult.approved(), AuthorizationResult.resourceNotFound()}) {
            assertThat(ReplayingWebApi.submitReplay(() -> refusedReplays.refusal(write.build(), result)))
                    .isEmpty();
        }
        assertThat(ReplayingWebApi.submitReplay(
                        () -> refused(write.accessAttempt(false).build())))
                .as("whether the page is to show a button")
                .isEmpty();
    }

    @Test
    void takesARequestOfNobodyAndWithoutAFlowFile() {
        assertThat(refused(Requests.of(WRITE, DATA)
                        .identity(null)
                        .resourceContext(Map.of())
                        .build()))
                .hasValueSatisfying(refusal -> {
                    assertThat(refusal.identity()).isEmpty();
                    assertThat(refusal.flowFile()).isEmpty();
                });
    }

    private Optional<Refusal> refused(AuthorizationRequest request) {
        return refusedReplays.refusal(request, DENIED);
    }
}
