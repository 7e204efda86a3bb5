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

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.systemtest.audit.ProvenanceAudit;
import io.nifireplay.systemtest.audit.PublishedTrail;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Policies;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.instance.Certificates;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A flow whose journal has no content, and that loses FlowFiles behind JournalEvent when it is told to. */
public final class LossyFlow {
    /** Asks NiFi for replays. */
    public static final String REPLAYER = "CN=replayer";

    private static final String LEASE = "2 sec";

    private final NiFiInstance nifi;
    final JournalFlow flow;
    final Processor journalEvent;
    final Processor key;
    final Processor guard;
    final Processor complete;
    final Source source;
    /** Straight to JournalEvent. */
    final Source unkeyed;

    final Connection arriving;
    final Connection accepted;
    final Replays replays;
    final PublishedTrail trail;

    public LossyFlow(NiFiInstance nifi, ProcessGroup group) {
        this.nifi = nifi;
        Path audit = Homes.fresh("trails/" + group.name());
        trail = new PublishedTrail(audit.resolve("trail"));
        flow = new JournalFlow(group, LEASE);
        flow.journal()
                .set("Content In Journal", "none")
                .set(
                        "Audit Trail",
                        flow.group()
                                .createService("TransparencyLogAuditTrail")
                                .set(ProvenanceAudit.trail(audit))
                                .enable());
        key = flow.add("UpdateAttribute", Map.of(JournalFlow.KEY, "${UUID()}"));
        journalEvent = flow.journalEvent();
        guard = flow.guardDelivery();
        complete = flow.completeEvent();
        arriving = flow.connect(key, "success", journalEvent).backPressure(0);
        accepted = flow.connect(journalEvent, "accepted", guard).backPressure(0);
        flow.connect(guard, "deliver", complete).backPressure(0);
        replays = Replays.fromProvenance(
                flow,
                Map.of(
                        "NiFi API URL",
                        nifi.canvas().resolve("/nifi-api").toString(),
                        "JournalEvent Processors",
                        journalEvent.id()));
        if (nifi.canvas().getScheme().equals("https")) {
            replays.processor().set("SSL Context Service", certificate(nifi));
        }
        source = flow.source(key);
        unkeyed = flow.source(journalEvent);
        flow.prepare();
        flow.queue(complete, "success").backPressure(0);
        flow.start();
    }

    private ControllerService certificate(NiFiInstance secured) {
        return flow.group()
                .createService("StandardSSLContextService")
                .set(Map.of(
                        "Keystore Filename",
                        secured.certificates().keyStore(REPLAYER).toString(),
                        "Keystore Type",
                        "PKCS12",
                        "Keystore Password",
                        Certificates.PASSWORD,
                        "Truststore Filename",
                        secured.certificates().trustStore().toString(),
                        "Truststore Type",
                        "PKCS12",
                        "Truststore Password",
                        Certificates.PASSWORD))
                .enable();
    }

    public void grantAll() {
        Policies policies = nifi.client().policies();
        String group = "/process-groups/" + flow.group().id();
        policies.grant(REPLAYER, "read", "/provenance");
        policies.grant(REPLAYER, "read", group);
        policies.grant(REPLAYER, "read", "/provenance-data" + group);
        policies.grant(REPLAYER, "read", "/data" + group);
        policies.grant(REPLAYER, "write", "/data" + group);
    }

    public void revokeReplay() {
        nifi.client()
                .policies()
                .revoke(
                        REPLAYER,
                        "write",
                        "/data/process-groups/" + flow.group().id());
    }

    /** Waits until the audit trail has so many items of a job with an outcome, and of a replay NiFi's event. */
    void awaitTold(String job, String outcome, int count) {
        await().alias(outcome + " in the audit trail")
                .atMost(Timeouts.FLOW)
                .untilAsserted(() -> assertThat(trail.entries("replay asked"))
                        .filteredOn(entry -> entry.at("/job/name").asText().equals(job)
                                && entry.path("outcome").asText().equals(outcome))
                        .hasSize(count)
                        // Of what was not replayed there is none, and of what was not taken there may be one.
                        .allMatch(entry -> outcome.equals("not admitted")
                                || entry.path("provenanceEvents").isEmpty() != outcome.equals("replayed")));
    }

    List<ProvenanceItem> items(String job) {
        return flow.readJournal(journal -> {
            List<ProvenanceItem> items = new ArrayList<>();
            journal.items(job, items::add);
            return items;
        });
    }

    /** Another queue in the place of the one before JournalEvent. */
    void replaceQueue() {
        key.stop();
        journalEvent.stop();
        arriving.delete();
        flow.connect(key, "success", journalEvent).backPressure(0);
        key.start();
        journalEvent.start();
    }

    void complete(int events) {
        source.send(events);
        awaitCompleted(events);
    }

    public void lose(int events) {
        loseNow(events);
        replays.awaitEndOfLeases();
    }

    public void loseNow(int events) {
        guard.stop();
        source.send(events);
        accepted.awaitCount("all", count -> count == events, Timeouts.FLOW);
        accepted.empty();
        guard.start();
    }

    public void awaitCompleted(int events) {
        flow.queue(complete, "success").awaitCount("so many", count -> count >= events, Timeouts.FLOW);
    }

    public List<ProvenanceEvent> replayEvents() {
        return nifi.client().provenance().ofComponent(journalEvent.id(), "REPLAY");
    }

    void everyEventIsCompleted(int events) {
        assertThat(flow.counts(complete)).isEqualTo(Map.of("success", (long) events));
        List<EventView> all = flow.readEvents();
        assertThat(all)
                .hasSize(events)
                .allSatisfy(event -> assertThat(event.state().status()).isEqualTo(Status.COMPLETED));
    }

    public JournalFlow flow() {
        return flow;
    }

    public Processor journalEvent() {
        return journalEvent;
    }

    public Processor complete() {
        return complete;
    }

    /** ReplayProvenance, and a person who sends it requests. */
    public Replays replays() {
        return replays;
    }

    public PublishedTrail trail() {
        return trail;
    }

    /** Gives back what {@link #revokeReplay} took. */
    public void grantReplay() {
        nifi.client()
                .policies()
                .grant(REPLAYER, "write", "/data/process-groups/" + flow.group().id());
    }
}
