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
package io.nifireplay.systemtest.sealed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.Connectable;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.Provenance;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.FreePorts;
import io.nifireplay.systemtest.journal.JournalFlow;
import io.nifireplay.systemtest.journal.Replays;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An intake of planted events whose outcomes follow from their positions in the journal: at first one in ten fails and is
 * tried again, and one in ten ends in a queue that a person empties. Behind the journal each is compared with what was sent,
 * its attribute too, and then loses this attribute: from there on the journal alone has it.
 */
final class EventFlow {
    /** One in so many fails at first, and one in so many is lost. */
    static final int ONE_IN = 10;

    static final String KEY = JournalFlow.KEY;
    static final String NOTE = "note";
    static final String EXPECTED_HASH = "expected";

    /** NiFi finds provenance events by file name. */
    private static final String TO_BE_REPLAYED = "to-be-replayed";

    private static final int ONE_TO_BE_REPLAYED_IN = 12;
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final JournalFlow flow;
    private final URI intake;
    private final Processor journalEvent;
    private final Processor hash;
    private final Processor name;
    private final Processor writeOut;
    private final Connection waiting;
    private final Connection differing;
    private final Connection lost;
    private final Connection failed;
    private final Connection completed;
    private final Connection written;
    private final Replays replays;

    /**
     * @param keys of the journal; empty for a plain one
     * @param out where contents are written to that NiFi replayed
     */
    EventFlow(ProcessGroup group, Path journal, Optional<ContentKeys> keys, Path out) {
        int port = FreePorts.next();
        intake = URI.create("http://127.0.0.1:" + port + "/contentListener");
        // A lease is over when its FlowFile gets lost, and nothing asks for the event before.
        flow = new JournalFlow(group, journal, "5 sec");
        flow.journal().set("Re-emission Time", "5 sec");
        keys.ifPresent(
                sealing -> flow.journal().set("Keyring", keyring(group, sealing).id()));

        Processor listen = flow.add(
                "ListenHTTP",
                Map.of(
                        "Listening Port",
                        String.valueOf(port),
                        "HTTP Headers to receive as Attributes (Regex)",
                        String.join("|", KEY, NOTE, EXPECTED_HASH)));
        journalEvent = flow.journalEvent();
        hash = flow.add("CryptographicHashContent", Map.of("Hash Algorithm", "SHA-256"));
        String sameContent = "'content_SHA-256':equals(${" + EXPECTED_HASH + "})";
        String ownNote = "${" + NOTE + ":substringAfterLast('-'):equals(${" + KEY + ":substringAfterLast('-')})}";
        Processor sort = flow.add(
                "RouteOnAttribute",
                Map.of(
                        "differing", "${" + sameContent + ":and(" + ownNote + "):not()}",
                        "out", firstAttemptOfOneIn(ONE_IN, 0),
                        "lost", firstAttemptOfOneIn(ONE_IN, 1)));
        Processor fail = flow.failEvent();
        Processor forget = flow.add("UpdateAttribute", Map.of("Delete Attributes Expression", NOTE));
        Processor guard = flow.guardDelivery();
        Processor complete = flow.completeEvent();
        name = flow.add("UpdateAttribute", Map.of("filename", "${" + KEY + ":substringAfterLast('-')}"));
        writeOut = flow.add("PutFile", Map.of("Directory", out.toString()));

        connect(listen, "success", journalEvent);
        waiting = connect(journalEvent, "accepted", hash);
        connect(hash, "success", sort);
        differing = flow.end(sort, "differing");
        lost = flow.end(sort, "lost").backPressure(0);
        connect(sort, "out", fail);
        failed = flow.end(fail, "failed").backPressure(0);
        connect(sort, "unmatched", forget);
        connect(forget, "success", guard);
        connect(guard, "deliver", complete);
        completed = flow.end(complete, "success").backPressure(0);
        connect(journalEvent, "duplicate", name);
        connect(name, "success", writeOut);
        written = flow.end(writeOut, "success");
        replays = new Replays(flow, journalEvent);
    }

    private static ControllerService keyring(ProcessGroup group, ContentKeys keys) {
        return group.createService("KeyStoreKeyring")
                .set(Map.of("Key Store", keys.store().toString(), "Key Store Password", ContentKeys.PASSWORD))
                .enable();
    }

    private static String firstAttemptOfOneIn(int count, int which) {
        return "${replay.event.id:substringAfterLast('/'):mod(" + count + "):equals(" + which
                + "):and(${replay.attempt:equals(1)})}";
    }

    private Connection connect(Processor from, String relationship, Connectable to) {
        return flow.connect(from, relationship, to).backPressure(0);
    }

    /** The file name that an event is sent with. */
    static String filename(PlantedEvent event) {
        return event.number() % ONE_TO_BE_REPLAYED_IN == 0 ? TO_BE_REPLAYED : "event";
    }

    /** Sends events, and waits until the journal has admitted them; they stay in the queue behind it. */
    void admit(List<PlantedEvent> events) {
        flow.startWithout(hash, name, writeOut);
        new Sender(intake).send(events);
        waiting.awaitCount("all", count -> count == events.size(), TIMEOUT);
    }

    void startProcessing() {
        hash.start();
    }

    /** Waits until so many events are completed, or more; how many they are. */
    long awaitCompleted(int events) {
        return completed.awaitAtLeast(events).count();
    }

    /** Waits until all that failed was tried again, and all is completed but what waits in the queue of the lost. */
    void awaitEnd(int events) {
        lost.awaitCount("all", count -> count == events / ONE_IN, TIMEOUT);
        completed.awaitCount("all but the lost", count -> count == events - events / ONE_IN, TIMEOUT);
    }

    /** Empties a queue by hand, and lets ReplayEvents bring back from the journal what was in it. */
    void loseAndReplay(int events) {
        lost.empty();
        replays.awaitEndOfLeases();
        replays.replayMissed("emptied-by-hand");
        replays.awaitState("emptied-by-hand", "finished");
        completed.awaitCount("all", count -> count == events, TIMEOUT);
        assertThat(completed.flowFiles())
                .allSatisfy(flowFile -> assertThat(flowFile.attributes())
                        .as("attributes of a FlowFile behind the journal")
                        .doesNotContainKey(NOTE));
        assertThat(differing.count())
                .as("events whose content or attribute is not what was sent")
                .isZero();
    }

    /** Drops what waits at the ends of the flow: NiFi moves its content to the archive. */
    void dropWhatIsDone() {
        completed.empty();
        failed.empty();
    }

    /**
     * The provenance events of first admissions, by which NiFi replays them. To be asked for before NiFi is killed: it
     * keeps the events, but not its index of them.
     */
    List<ProvenanceEvent> findAdmissions(Provenance provenance, int count) {
        return await().pollInterval(Duration.ofMillis(500))
                .atMost(TIMEOUT)
                .until(() -> findAdmissions(provenance), admissions -> admissions.size() == count);
    }

    private List<ProvenanceEvent> findAdmissions(Provenance provenance) {
        return provenance.query(Map.of("ProcessorID", journalEvent.id(), "Filename", TO_BE_REPLAYED)).stream()
                .filter(event -> event.attributes().containsKey("replay.token"))
                .toList();
    }

    /**
     * Replays events one by one with NiFi's own replay. The journal knows them all, and what comes is written out under the
     * number of its event.
     */
    void replayThroughNiFi(Provenance provenance, List<ProvenanceEvent> admissions) {
        flow.queue(journalEvent, "duplicate").empty();
        name.start();
        writeOut.start();
        admissions.forEach(provenance::replay);
        written.awaitCount("all", count -> count == admissions.size(), TIMEOUT);
        assertThat(flow.counts(writeOut)).containsOnlyKeys("success");
        assertThat(flow.counts(journalEvent)).doesNotContainKeys("conflict", "rejected", "dead letter", "failure");
    }
}
