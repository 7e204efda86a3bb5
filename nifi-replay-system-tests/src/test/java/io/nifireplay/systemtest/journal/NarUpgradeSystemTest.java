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

import io.nifireplay.journal.Status;
import io.nifireplay.systemtest.client.Bundle;
import io.nifireplay.systemtest.client.ControllerService;
import io.nifireplay.systemtest.client.Nars;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.instance.Distribution;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Another version of the NAR over a journal that is in use. */
@ExtendWith(KeepLogs.class)
class NarUpgradeSystemTest {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String REGISTRATION = "META-INF/nifi-controller-service-configuration";

    @Test
    void goesOnWithTheSameJournal(@TempDir Path folder) throws IOException {
        try (NiFiInstance nifi = NiFiInstance.in(Homes.fresh("nar-upgrade")).build()) {
            nifi.start();
            JournalFlow flow = new JournalFlow(nifi.client().root().createGroup("nar-upgrade"));
            Processor journalEvent = flow.journalEvent();
            Processor guard = flow.guardDelivery();
            Processor complete = flow.completeEvent();
            flow.connect(journalEvent, "accepted", guard);
            flow.connect(guard, "deliver", complete);
            Source source = flow.source(journalEvent);
            flow.start();
            source.send("before", "one");
            flow.awaitCounts(complete, Map.of("success", 1L));
            guard.stop();
            source.send("across", "two");
            flow.queue(journalEvent, "accepted").awaitCount(1);
            String journal = Files.readString(flow.directory().resolve("journal.format"));
            Path released = Distribution.locate().ownNar();

            // As an operator does: another file in lib, and a restart. NiFi takes the version that is there.
            nifi.stop();
            nifi.installNar(otherVersion(released, "98.0.0", folder));
            nifi.start();
            assertThat(guard.bundle().version()).isEqualTo("98.0.0");
            guard.start();
            flow.awaitCounts(complete, Map.of("success", 2L));
            source.send("before", "one").send("across", "two");
            flow.awaitCounts(journalEvent, Map.of("duplicate", 2L));

            // Without a restart: NiFi's NAR manager and "Change version".
            Nars.Nar uploaded = nifi.client().nars().upload(otherVersion(released, "99.0.0", folder));
            flow.group().stop();
            flow.journal().disable().changeBundle(uploaded.bundle());
            for (Processor processor : List.of(journalEvent, guard, complete)) {
                // NiFi keeps the old version's idea of a journal until it is chosen again.
                processor.changeBundle(uploaded.bundle()).unset("Event Journal").set("Event Journal", flow.journal());
            }
            flow.start();
            source.send("before", "one").send("across", "two").send("after", "three");
            flow.awaitCounts(journalEvent, Map.of("duplicate", 4L));
            flow.awaitCounts(complete, Map.of("success", 3L));
            assertThat(guard.bundle().version()).isEqualTo("99.0.0");

            // The page of a coordinator comes from its own version.
            ControllerService coordinator = flow.group().createService("StandardReplayCoordinator");
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                for (String version : List.of("98.0.0", "99.0.0")) {
                    coordinator.changeBundle(new Bundle("io.nifireplay", "nifi-replay-nar", version));
                    assertThat(coordinator.entity().at("/component/customUiUrl").asText())
                            .endsWith("/nifi-replay-ui-" + version);
                }
            });

            assertThat(Files.readString(flow.directory().resolve("journal.format")))
                    .isEqualTo(journal);
            assertThat(flow.readEvents())
                    .hasSize(3)
                    .allMatch(event -> event.state().status() == Status.COMPLETED);
        }
    }

    /** The same NAR under another version, as a build of that version makes it: its page has the version, too. */
    private static Path otherVersion(Path nar, String version, Path folder) throws IOException {
        Path copy = folder.resolve("nifi-replay-nar-" + version + ".nar");
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(nar));
                OutputStream file = Files.newOutputStream(copy);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.setLevel(Deflater.NO_COMPRESSION);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals(MANIFEST)) {
                    out.putNextEntry(new ZipEntry(MANIFEST));
                    Manifest manifest = new Manifest(in);
                    manifest.getMainAttributes().putValue("Nar-Version", version);
                    manifest.write(out);
                } else if (entry.getName().endsWith(".war")) {
                    out.putNextEntry(new ZipEntry("META-INF/bundled-dependencies/nifi-replay-ui-" + version + ".war"));
                    writePage(new ZipInputStream(in), version, new ZipOutputStream(out));
                } else {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
        return copy;
    }

    /** The streams are parts of the NAR's: they are not closed. */
    private static void writePage(ZipInputStream in, String version, ZipOutputStream out) throws IOException {
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            out.putNextEntry(new ZipEntry(entry.getName()));
            byte[] bytes = in.readAllBytes();
            if (entry.getName().equals(REGISTRATION)) {
                String line = new String(bytes, StandardCharsets.UTF_8);
                bytes = line.replaceFirst(":[^:]+$", ":" + version).getBytes(StandardCharsets.UTF_8);
            }
            out.write(bytes);
        }
        out.finish();
    }
}
