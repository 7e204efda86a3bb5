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

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.journal.EventView;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.rocksdb.RocksDBJournal;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.disk.PlaintextSearch;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What can be read of events by somebody who gets hold of the disk under a NiFi: everything, of a plain one; of a sealed one
 * nothing in the content repository and in the journal, whatever happened to the events.
 */
@ExtendWith(KeepLogs.class)
class NothingReadableOnDiskSystemTest {
    /** More than NiFi keeps in memory of a queue (below) and the 10,000 that it swaps out at a time. */
    private static final int EVENTS = 12_000;

    private static final int REPLAYED_THROUGH_NIFI = 1_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final String JOURNAL = "event_journal";
    private static final String CONTAINER = "content_repository";
    private static final String SECOND_CONTAINER = "content_repository_second";
    private static final String[] ARCHIVES = {CONTAINER + "/archive", SECOND_CONTAINER + "/archive"};
    private static final String SWAP = "flowfile_repository/swap";

    private final Markers markers = Markers.random();
    private final List<PlantedEvent> events = IntStream.range(0, EVENTS)
            .mapToObj(number -> new PlantedEvent(number, markers))
            .toList();

    private Path home;

    @Test
    void everythingIsReadableOfWhatAPlainNiFiAndItsJournalWrote() throws IOException {
        home = Homes.fresh("readable");
        List<Disk> disks = goThroughEverything(Optional.empty());

        assertThat(disks).allSatisfy(disk -> {
            assertThat(disk.inContentRepository().content()).isGreaterThanOrEqualTo(EVENTS);
            assertThat(disk.in(JOURNAL).content()).isPositive();
            assertThat(disk.in(JOURNAL).attribute()).isPositive();
            assertThat(disk.in(JOURNAL).key()).isPositive();
        });
        assertThat(disks.getLast().in(ARCHIVES).content()).isGreaterThanOrEqualTo(EVENTS);
        try (RocksDBJournal journal = RocksDBJournal.open(RocksDBOptions.defaults(home.resolve(JOURNAL)))) {
            holdsAllEvents(journal);
        }
    }

    @Test
    void nothingIsReadableOfWhatASealedNiFiAndItsJournalWrote() throws IOException, KeyringException {
        home = Homes.fresh("nothing-readable");
        ContentKeys keys = ContentKeys.create(Homes.fresh("nothing-readable-keys"), "2026-11");
        List<Disk> disks = goThroughEverything(Optional.of(keys));

        long sent = events.stream().mapToLong(event -> event.content().length).sum();
        assertThat(disks).allSatisfy(disk -> {
            // It is all there.
            assertThat(disk.inContentRepository().bytes()).isGreaterThan(sent);
            assertThat(disk.in(JOURNAL).bytes()).isGreaterThan(sent);
            assertThat(disk.inContentRepository().hits()).isZero();
            assertThat(disk.in(JOURNAL).hits()).isZero();
            assertThat(disk.everywhere().content())
                    .as("hits of the content in anything that NiFi wrote")
                    .isZero();
            // The limit, which the documents state: attributes lie in NiFi's own repositories as NiFi writes them.
            assertThat(disk.in("provenance_repository").key()).isPositive();
        });
        assertThat(disks.getLast().in(ARCHIVES).bytes()).isGreaterThan(sent);
        Keyring keyring =
                KeyStoreFile.at(keys.store(), KeyStoreType.PKCS12).readNewest(ContentKeys.PASSWORD.toCharArray());
        try (RocksDBJournal journal =
                RocksDBJournal.openSealed(RocksDBOptions.defaults(home.resolve(JOURNAL)), () -> keyring)) {
            holdsAllEvents(journal);
        }
    }

    /**
     * Events are admitted, wait in a swapped queue, fail, are tried again, get lost, are replayed from the journal, and are
     * replayed by NiFi out of the archive; NiFi is killed in the middle.
     *
     * @return what was on the disk while events waited, when NiFi was killed, and after its end
     */
    private List<Disk> goThroughEverything(Optional<ContentKeys> keys) throws IOException {
        List<Disk> disks = new ArrayList<>();
        Path out = Homes.fresh(home.getFileName() + "-out");
        try (NiFiInstance nifi = nifi(keys).start()) {
            EventFlow flow =
                    new EventFlow(nifi.client().root().createGroup("events"), home.resolve(JOURNAL), keys, out);
            flow.admit(events);
            disks.add(search("while all events wait behind the journal"));
            List<ProvenanceEvent> admissions = flow.findAdmissions(nifi.client().provenance(), REPLAYED_THROUGH_NIFI);
            Disk.Found swapped = disks.getLast().in(SWAP);
            assertThat(swapped.files()).as("swapped queues").isPositive();
            assertThat(swapped.key()).as("hits in swapped queues").isPositive();

            flow.startProcessing();
            nifi.awaitFlowSaved();
            assertThat(flow.awaitCompleted(EVENTS / 10))
                    .as("completed events when NiFi was killed")
                    .isLessThan(EVENTS / 2);
            nifi.killNow();
            disks.add(search("when NiFi was killed"));

            nifi.start();
            flow.awaitEnd(EVENTS);
            flow.loseAndReplay(EVENTS);
            flow.dropWhatIsDone();
            await().atMost(TIMEOUT).until(() -> isArchived());
            flow.replayThroughNiFi(nifi.client().provenance(), admissions);
            areByteForByteWhatWasSent(out);
            nifi.stop();
        }
        disks.add(search("at the end"));
        return disks;
    }

    private NiFiInstance nifi(Optional<ContentKeys> keys) {
        return NiFiInstance.in(home)
                .properties(keys.map(sealing -> sealing.properties("2026-11")).orElse(Map.of()))
                .property("nifi.content.repository.directory.second", "./" + SECOND_CONTAINER)
                .property("nifi.content.repository.archive.enabled", "true")
                .property("nifi.content.repository.archive.max.retention.period", "1 hour")
                .property("nifi.flowfile.repository.checkpoint.interval", "1 sec")
                .property("nifi.queue.swap.threshold", "1000")
                .build();
    }

    private Disk search(String when) {
        Disk disk = Disk.search(home, markers);
        System.out.println(home.getFileName() + ", hits in " + EVENTS + " events, " + when + ":\n" + disk);
        return disk;
    }

    /** Whether each container has nearly all of its files in its archives; the others NiFi still fills. */
    private boolean isArchived() {
        return Stream.of(CONTAINER, SECOND_CONTAINER).allMatch(container -> {
            Map<Boolean, Long> files = PlaintextSearch.files(home.resolve(container))
                    .collect(Collectors.partitioningBy(
                            file -> file.getParent().endsWith("archive"), Collectors.counting()));
            return files.get(true) > 9 * files.get(false);
        });
    }

    private void areByteForByteWhatWasSent(Path out) throws IOException {
        List<Path> replayed = PlaintextSearch.files(out).toList();
        assertThat(replayed).hasSize(REPLAYED_THROUGH_NIFI);
        for (Path file : replayed) {
            int number = Integer.parseInt(file.getFileName().toString());
            assertThat(Files.readAllBytes(file))
                    .as("event " + number + " as NiFi replayed it")
                    .isEqualTo(events.get(number).content());
        }
    }

    /** Every event is completed, and the journal gives back what was sent: key, attribute and content. */
    private void holdsAllEvents(RocksDBJournal journal) throws IOException {
        Map<String, EventView> held = new HashMap<>();
        journal.scan(Selector.ALL, event -> held.put(event.envelope().key(), event));
        assertThat(held).hasSize(EVENTS);
        for (PlantedEvent event : events) {
            EventView view = held.get(event.key());
            assertThat(view.state().status()).isEqualTo(Status.COMPLETED);
            assertThat(view.envelope().attributes()).containsEntry(EventFlow.NOTE, event.note());
            try (InputStream content = journal.content(view.ref()).orElseThrow().open()) {
                assertThat(content.readAllBytes())
                        .as("content of " + event.key())
                        .isEqualTo(event.content());
            }
        }
    }
}
