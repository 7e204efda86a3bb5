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
package io.nifireplay.systemtest.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nifireplay.systemtest.client.ClaimPlace;
import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.FlowFile;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import io.nifireplay.systemtest.client.Provenance;
import io.nifireplay.systemtest.client.ProvenanceEvent;
import io.nifireplay.systemtest.disk.PlaintextSearch;
import io.nifireplay.systemtest.instance.ContentKeys;
import io.nifireplay.systemtest.instance.Homes;
import io.nifireplay.systemtest.instance.NiFiInstance;
import io.nifireplay.systemtest.junit.KeepLogs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The encrypted content repository in a running NiFi, over two containers. */
@ExtendWith(KeepLogs.class)
class EncryptedContentSystemTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String MARKER = "marker-" + UUID.randomUUID();

    private static Path home;
    private static ContentKeys keys;
    private static NiFiInstance nifi;

    private ProcessGroup group;

    @BeforeAll
    static void start() {
        home = Homes.fresh("encrypted-content");
        keys = ContentKeys.create(home.resolve("keys"), "first");
        nifi = instance("first").start();
    }

    private static NiFiInstance instance(String activeKey) {
        return NiFiInstance.in(home)
                .properties(keys.properties(activeKey))
                .property("nifi.content.repository.directory.second", "./content_repository_second")
                .property("nifi.flowfile.repository.checkpoint.interval", "1 sec")
                .property("nifi.queue.swap.threshold", "1000")
                .build();
    }

    @AfterAll
    static void stop() {
        nifi.close();
    }

    @BeforeEach
    void createGroup(TestInfo test) {
        group = nifi.client().root().createGroup(test.getDisplayName());
    }

    @AfterEach
    void nothingOfTheContentIsReadableOnDisk() {
        assertThat(PlaintextSearch.files(container("default"))).isNotEmpty();
        assertThat(PlaintextSearch.of(MARKER).filesWithHits(container("default"), container("second")))
                .isEmpty();
    }

    private static Path container(String name) {
        return home.resolve(name.equals("default") ? "content_repository" : "content_repository_" + name);
    }

    @Test
    void flowsHandleContentAsTheyDoWithoutEncryption() {
        String text = IntStream.range(0, 3_000)
                .mapToObj(i -> "line " + i + " " + (i % 2 == 0 ? "even " : "odd ") + MARKER)
                .collect(Collectors.joining("\n", "", "\n"));
        Processor generate = group.createProcessor("GenerateFlowFile")
                .set("Custom Text", text)
                .every("1 hour");
        // RouteText appends line by line; SplitText makes slices; MergeContent reads them all into one.
        Processor routeText = group.createProcessor("RouteText")
                .set(Map.of("Matching Strategy", "Contains", "even", "even"))
                .autoTerminate("original", "unmatched");
        Processor compress = group.createProcessor("CompressContent")
                .set(Map.of("Mode", "compress", "Compression Format", "gzip"))
                .autoTerminate("failure");
        Processor decompress = group.createProcessor("CompressContent")
                .set(Map.of("Mode", "decompress", "Compression Format", "gzip"))
                .autoTerminate("failure");
        Processor split =
                group.createProcessor("SplitText").set("Line Split Count", "7").autoTerminate("original", "failure");
        Processor merge = group.createProcessor("MergeContent")
                .set(Map.of(
                        "Merge Strategy",
                        "Defragment",
                        "Delimiter Strategy",
                        "Text",
                        "Demarcator",
                        "|",
                        "Header",
                        "<",
                        "Footer",
                        ">"))
                .autoTerminate("original", "failure");
        generate.to(routeText, "success");
        routeText.to(compress, "even");
        compress.to(decompress, "success");
        decompress.to(split, "success");
        split.to(merge, "splits");
        Connection merged = merge.to(group.createFunnel(), "merged");
        group.start();

        String even = text.lines().filter(line -> line.contains("even")).collect(Collectors.joining("\n"));
        List<String> evenLines = even.lines().toList();
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < evenLines.size(); i += 7) {
            parts.add(String.join("\n", evenLines.subList(i, Math.min(i + 7, evenLines.size()))));
        }
        FlowFile result = merged.awaitCount(1).onlyFlowFile();
        assertThat(merged.text(result).replace("\n|", "|").replace("\n>", ">"))
                .isEqualTo(parts.stream().collect(Collectors.joining("|", "<", ">")));
        assertThat(group.bulletins()).isEmpty();
    }

    @Test
    void viewsAndReplaysSlicesFromProvenanceEvenOutOfTheArchive() throws IOException {
        // More than a file takes in, so that it is archived when its last FlowFile is gone.
        List<String> lines = IntStream.range(0, 900)
                .mapToObj(i -> "line " + i + " " + MARKER + " ".repeat(50) + ".")
                .toList();
        Processor generate = group.createProcessor("GenerateFlowFile")
                .set("Custom Text", String.join("\n", lines))
                .every("1 hour");
        Processor split = group.createProcessor("SplitText")
                .set(Map.of("Line Split Count", "1", "Maximum Fragment Size", "1 MB"))
                .autoTerminate("original", "failure");
        Processor take = group.createProcessor("UpdateAttribute").set("taken", "${fragment.index}");
        Processor hash = group.createProcessor("CryptographicHashContent")
                .set("Hash Algorithm", "SHA-256")
                .autoTerminate("failure");
        generate.to(split, "success");
        take.to(hash, "success").backPressure(0);
        Connection done = hash.to(group.createFunnel(), "success").backPressure(0);
        Connection queue = split.to(take, "splits").backPressure(0);
        generate.start();
        split.start();
        queue.awaitCount(lines.size());
        ClaimPlace first = queue.claim(queue.flowFiles().getFirst());
        ClaimPlace later = queue.claim(queue.flowFiles().get(99));
        assertThat(later.identifier()).isEqualTo(first.identifier());
        assertThat(later.offset()).as("slices of one claim").isGreaterThan(first.offset());
        take.start();
        hash.start();
        done.awaitCount(lines.size()).empty();
        take.stop();

        Provenance provenance = nifi.client().provenance();
        List<ProvenanceEvent> events = await().atMost(TIMEOUT)
                .until(
                        () -> provenance.ofComponent(take.id(), "ATTRIBUTES_MODIFIED"),
                        found -> found.size() == lines.size());
        List<ProvenanceEvent> some =
                IntStream.range(0, 20).mapToObj(i -> events.get(i * 43)).toList();
        for (ProvenanceEvent event : some) {
            String line = lines.get(Integer.parseInt(event.attributes().get("taken")) - 1);
            assertThat(text(provenance.inputContent(event))).isEqualTo(line);
            assertThat(text(provenance.outputContent(event))).isEqualTo(line);
        }

        Path file = first.file(container(first.container()));
        Path archived = file.resolveSibling("archive").resolve(file.getFileName());
        await().atMost(TIMEOUT).until(() -> Files.exists(archived) && !Files.exists(file));
        for (ProvenanceEvent event : some) {
            String line = lines.get(Integer.parseInt(event.attributes().get("taken")) - 1);
            assertThat(text(provenance.inputContent(event))).isEqualTo(line);
            assertThat(provenance.replayRefusal(event)).isEmpty();
            provenance.replay(event);
        }
        queue.awaitCount(some.size());
        for (FlowFile replayed : queue.flowFiles()) {
            assertThat(queue.text(replayed))
                    .isEqualTo(lines.get(Integer.parseInt(replayed.attribute("fragment.index")) - 1));
        }
        take.start();
        done.awaitCount(some.size());
        for (FlowFile replayed : done.flowFiles()) {
            assertThat(replayed.attribute("content_SHA-256"))
                    .isEqualTo(sha256(lines.get(Integer.parseInt(replayed.attribute("fragment.index")) - 1)));
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Test
    void aDamagedOrPlantedClaimFailsAndNiFiGoesOn() throws IOException {
        CheckedContents contents = CheckedContents.in(group, MARKER).make(3);
        List<FlowFile> flowFiles = contents.made().flowFiles();
        FlowFile damaged = flowFiles.get(0);
        FlowFile replaced = flowFiles.get(1);
        ClaimPlace flipped = contents.made().claim(damaged);
        change(flipped, bytes -> bytes[(int) flipped.offset() + 80] ^= 1);
        ClaimPlace planted = contents.made().claim(replaced);
        change(planted, bytes -> {
            byte[] plain = (replaced.attribute("id") + " planted").getBytes(StandardCharsets.UTF_8);
            System.arraycopy(plain, 0, bytes, (int) planted.offset(), plain.length);
        });

        contents.startChecking();
        contents.right().awaitCount(1);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(contents.check().bulletins())
                        .anySatisfy(bulletin -> assertThat(bulletin.message()).contains(damaged.uuid()))
                        .anySatisfy(bulletin -> assertThat(bulletin.message()).contains(replaced.uuid())));
        assertThat(String.join("\n", nifi.log()))
                .contains("at offset " + flipped.offset() + ": A segment of the sealed stream")
                .contains("at offset " + planted.offset() + ": No sealed stream begins");
        contents.send(5);
        contents.right().awaitCount(6);
        assertThat(contents.wrong().count()).isZero();
        assertThat(contents.made().count())
                .as("FlowFiles that stay in their queue")
                .isEqualTo(2);
        contents.check().stop();
    }

    private interface Change {
        void apply(byte[] bytes);
    }

    private static void change(ClaimPlace claim, Change change) throws IOException {
        Path file = claim.file(container(claim.container()));
        byte[] bytes = Files.readAllBytes(file);
        byte[] changed = bytes.clone();
        change.apply(changed);
        assertThat(Arrays.mismatch(bytes, changed)).isNotNegative();
        Files.write(file, changed);
    }

    @Test
    void everythingIsReadableAfterAKillAndAKeyRotation() {
        // More than the threshold and NiFi's batch of 10,000, so that some lie in swap files.
        CheckedContents before = CheckedContents.in(group, MARKER).make(12_000);
        // NiFi counts FlowFiles before it has written the file.
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(home.resolve("flowfile_repository").resolve("swap"))
                                .isNotEmptyDirectory());
        nifi.kill();

        keys.add("second");
        nifi = instance("second").start();
        CheckedContents contents = before.at(nifi.client());
        contents.made().awaitCount(12_000);
        contents.startChecking().send(500);
        contents.right().awaitCount("all", count -> count == 12_500, TIMEOUT);
        assertThat(contents.wrong().count()).isZero();
        assertThat(PlaintextSearch.of("NRS\u0001\u0005first").filesWithHits(container("default"), container("second")))
                .isNotEmpty();
        assertThat(PlaintextSearch.of("NRS\u0001\u0006second").filesWithHits(container("default"), container("second")))
                .isNotEmpty();
    }
}
