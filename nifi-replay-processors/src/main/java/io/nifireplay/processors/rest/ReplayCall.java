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
package io.nifireplay.processors.rest;

import io.nifireplay.processors.rest.ReplayOutcome.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Asks NiFi for one replay. What NiFi surely did not do, because it had too much to do or was not reached, is asked again
 * after a time that doubles, with full jitter; what may have been done is not.
 */
public final class ReplayCall {
    private static final int TRIES = 6;
    private static final long FIRST_WAIT_MILLIS = 100;

    private final NiFiApi api;
    private final RandomGenerator random;
    private final BooleanSupplier goesOn;

    /** @param goesOn false once nothing more is to be asked for */
    public ReplayCall(NiFiApi api, RandomGenerator random, BooleanSupplier goesOn) {
        this.api = api;
        this.random = random;
        this.goesOn = goesOn;
    }

    /**
     * @param node the id of the cluster's node that has the event, empty without a cluster
     * @param eventId NiFi's id of it there
     */
    public ReplayOutcome replay(String node, long eventId) throws InterruptedException {
        ReplayOutcome outcome = once(node, eventId);
        for (int attempt = 1;
                attempt < TRIES && outcome instanceof ReplayOutcome.NotNow && goesOn.getAsBoolean();
                attempt++) {
            Thread.sleep(random.nextLong(FIRST_WAIT_MILLIS << attempt));
            outcome = once(node, eventId);
        }
        return outcome;
    }

    private ReplayOutcome once(String node, long eventId) throws InterruptedException {
        if (!goesOn.getAsBoolean()) {
            return new ReplayOutcome.NotNow("It is not asked, because the processor stops");
        }
        Map<String, Object> body = new HashMap<>(Map.of("eventId", eventId));
        if (!node.isEmpty()) {
            body.put("clusterNodeId", node);
        }
        try {
            return outcome(api.post("/provenance-events/replays", body));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return new ReplayOutcome.NotNow("NiFi is not reached: " + e);
        } catch (IOException e) {
            return new ReplayOutcome.Unanswered("NiFi did not answer: " + e);
        }
    }

    private static ReplayOutcome outcome(NiFiAnswer answer) {
        if (answer.isSuccess()) {
            try {
                String child = answer.json()
                        .path("provenanceEvent")
                        .path("childUuids")
                        .path(0)
                        .asText();
                return new ReplayOutcome.Made(child);
            } catch (NiFiApiException e) {
                return new ReplayOutcome.Unanswered(e.getMessage());
            }
        }
        String words = answer.status() + " " + answer.text();
        if (answer.limited()) {
            return new ReplayOutcome.NotNow("NiFi has too many requests: " + words);
        }
        return switch (answer.status()) {
            case 403 -> new ReplayOutcome.Refused(Reason.NOT_PERMITTED, words);
            case 404 -> new ReplayOutcome.Refused(Reason.EVENT_GONE, words);
            case 400, 409 -> {
                Reason reason = Reason.of(answer.text());
                // Other words are of a node that is not connected, or the like: they pass.
                yield reason == Reason.NOT_PERMITTED
                        ? new ReplayOutcome.NotNow(words)
                        : new ReplayOutcome.Refused(reason, words);
            }
            // Above its limit, NiFi answers 401 over plain HTTP: it comes before the request is looked at.
            case 401, 503 -> new ReplayOutcome.NotNow(words);
            default -> new ReplayOutcome.Unanswered(words);
        };
    }
}
