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
package io.nifireplay.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.nifi.controller.repository.FlowFileRecord;
import org.apache.nifi.controller.repository.StandardProcessSession;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/**
 * NiFi's own sessions, with their write cache, do the same random things over NiFi's repository and over ours: FlowFiles
 * hold the same bytes, and so do the places that provenance events name.
 */
class ProcessSessionOracleTest {
    private static final Relationship OUT =
            new Relationship.Builder().name("out").build();

    private static Path root;
    private static List<OpenRepository> repositories;

    @BeforeContainer
    static void openBoth() throws IOException {
        root = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "sessions");
        repositories = List.of(
                Setup.plain(root.resolve("plain")).appendableTo("300 KB").open(),
                Setup.sealed(root.resolve("sealed")).appendableTo("300 KB").open());
    }

    @AfterContainer
    static void closeBoth() {
        repositories.forEach(OpenRepository::close);
        Folders.delete(root);
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void sessionsFindInOurRepositoryWhatTheyFindInNiFis(@ForAll long seed) throws IOException {
        for (OpenRepository repository : repositories) {
            new Processor(repository, seed).run();
        }
    }

    /** A processor that does anything, and knows what every FlowFile holds. */
    private static final class Processor {
        private final OpenRepository open;
        private final Sessions sessions;
        private final Random random;
        private final List<String> done = new ArrayList<>();

        /** The contents of what is queued, by UUID. */
        private final Map<String, byte[]> committed = new HashMap<>();

        private StandardProcessSession session;
        private Map<String, byte[]> contents = new HashMap<>();
        private List<FlowFile> flowFiles = new ArrayList<>();

        Processor(OpenRepository open, long seed) {
            this.open = open;
            this.sessions = new Sessions(open);
            this.random = new Random(seed);
        }

        void run() throws IOException {
            try {
                for (int i = 0; i < 5; i++) {
                    trigger();
                }
            } catch (Throwable e) {
                throw new AssertionError(open.repository().getClass().getSimpleName() + " after " + done, e);
            }
        }

        private void trigger() throws IOException {
            session = sessions.begin();
            contents = new HashMap<>();
            flowFiles = new ArrayList<>();
            done.add("session");
            for (FlowFile taken = session.get(); taken != null; taken = session.get()) {
                flowFiles.add(taken);
                contents.put(uuid(taken), committed.get(uuid(taken)));
                if (random.nextBoolean()) {
                    break;
                }
            }
            for (int i = 0; i < 25; i++) {
                operate();
            }
            if (random.nextInt(5) == 0) {
                done.add("roll back");
                session.rollback();
                sessions.takeEvents();
                // What was taken from the queue is back in NiFi; here it is given up.
                return;
            }
            flowFiles.forEach(flowFile -> session.transfer(flowFile, OUT));
            done.add("commit");
            session.commit();
            committed.putAll(contents);
            for (FlowFileRecord queued : sessions.queued()) {
                assertThat(read(queued)).isEqualTo(committed.get(uuid(queued)));
            }
            for (ProvenanceEventRecord event : sessions.takeEvents()) {
                check(event);
            }
        }

        /** What "view content" and replay would read. */
        private void check(ProvenanceEventRecord event) throws IOException {
            byte[] content = contents.get(event.getFlowFileUuid());
            if (content == null || event.getContentClaimIdentifier() == null || content.length != event.getFileSize()) {
                return;
            }
            StandardContentClaim claim = new StandardContentClaim(
                    open.claims()
                            .newResourceClaim(
                                    event.getContentClaimContainer(),
                                    event.getContentClaimSection(),
                                    event.getContentClaimIdentifier(),
                                    false,
                                    false),
                    event.getContentClaimOffset());
            try (InputStream in = open.repository().read(claim)) {
                assertThat(in.readNBytes(content.length))
                        .as("%s", event.getEventType())
                        .isEqualTo(content);
            }
            claim.setLength(content.length);
            assertThat(open.read(claim)).isEqualTo(content);
        }

        private byte[] read(FlowFileRecord flowFile) throws IOException {
            ContentClaim claim = flowFile.getContentClaim();
            if (claim == null) {
                return new byte[0];
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            open.repository().exportTo(claim, out, flowFile.getContentClaimOffset(), flowFile.getSize());
            return out.toByteArray();
        }

        private void operate() throws IOException {
            if (flowFiles.isEmpty() || flowFiles.size() < 6 && random.nextInt(5) == 0) {
                done.add("create");
                flowFiles.add(session.create());
                contents.put(uuid(flowFiles.getLast()), new byte[0]);
                return;
            }
            int index = random.nextInt(flowFiles.size());
            FlowFile flowFile = flowFiles.get(index);
            byte[] content = contents.get(uuid(flowFile));
            assertThat(flowFile.getSize()).isEqualTo(content.length);
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    byte[] bytes = bytes();
                    done.add("write " + bytes.length);
                    changed(index, session.write(flowFile, out -> writeInParts(out, bytes)), bytes);
                }
                case 2 -> {
                    byte[] bytes = bytes();
                    done.add("rewrite " + bytes.length);
                    endAppending(flowFile, content);
                    changed(
                            index,
                            session.write(flowFile, (in, out) -> {
                                assertThat(in.readAllBytes()).isEqualTo(content);
                                writeInParts(out, bytes);
                            }),
                            bytes);
                }
                case 3, 4 -> {
                    byte[] bytes = bytes();
                    done.add("append " + bytes.length);
                    changed(index, session.append(flowFile, out -> writeInParts(out, bytes)), joined(content, bytes));
                }
                case 5 -> {
                    done.add("write stream");
                    byte[] bytes = bytes();
                    try (OutputStream out = session.write(flowFile)) {
                        writeInParts(out, bytes);
                    }
                    // The session has the FlowFile as it is now; any change hands it out.
                    changed(index, session.putAttribute(flowFile, "written", "true"), bytes);
                }
                case 6 -> {
                    byte[] bytes = bytes();
                    done.add("import " + bytes.length);
                    changed(index, session.importFrom(new ByteArrayInputStream(bytes), flowFile), bytes);
                }
                case 7 -> {
                    int from = random.nextInt(content.length + 1);
                    int length = random.nextInt(content.length - from + 1);
                    done.add("clone from " + from + " length " + length);
                    endAppending(flowFile, content);
                    FlowFile clone = session.clone(flowFile, from, length);
                    flowFiles.add(clone);
                    contents.put(uuid(clone), Arrays.copyOfRange(content, from, from + length));
                }
                case 8 -> merge(index);
                case 9 -> {
                    done.add("export");
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    session.exportTo(flowFile, out);
                    assertThat(out.toByteArray()).isEqualTo(content);
                }
                case 10 -> {
                    done.add("remove");
                    session.remove(flowFile);
                    flowFiles.remove(index);
                    contents.remove(uuid(flowFile));
                }
                default -> {
                    done.add("read");
                    session.read(flowFile, in -> assertThat(in.readAllBytes()).isEqualTo(content));
                    try (InputStream in = session.read(flowFile)) {
                        int from = random.nextInt(content.length + 1);
                        in.mark(content.length);
                        in.skipNBytes(from);
                        assertThat(in.readNBytes(content.length - from))
                                .isEqualTo(Arrays.copyOfRange(content, from, content.length));
                        in.reset();
                        assertThat(in.readNBytes(from)).isEqualTo(Arrays.copyOf(content, from));
                    }
                }
            }
        }

        /**
         * NiFi 2.3 does not flush what was appended before it rewrites a FlowFile, and goes on to append to the claim of a
         * FlowFile that was cloned: to both copies. It ends the appending before it reads.
         */
        private void endAppending(FlowFile flowFile, byte[] content) {
            session.read(flowFile, in -> assertThat(in.readAllBytes()).isEqualTo(content));
        }

        private void merge(int index) {
            List<FlowFile> sources = new ArrayList<>(flowFiles);
            FlowFile destination = sources.remove(index);
            byte[] header = bytes();
            byte[] demarcator = {'|'};
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(header);
            for (int i = 0; i < sources.size(); i++) {
                all.writeBytes(i == 0 ? new byte[0] : demarcator);
                all.writeBytes(contents.get(uuid(sources.get(i))));
            }
            done.add("merge " + sources.size());
            changed(index, session.merge(sources, destination, header, new byte[0], demarcator), all.toByteArray());
        }

        private void changed(int index, FlowFile flowFile, byte[] content) {
            flowFiles.set(index, flowFile);
            contents.put(uuid(flowFile), content);
            assertThat(flowFile.getSize()).isEqualTo(content.length);
        }

        private void writeInParts(OutputStream out, byte[] bytes) throws IOException {
            int half = random.nextInt(bytes.length + 1);
            out.write(bytes, 0, half);
            out.flush();
            for (int i = half; i < bytes.length && i < half + 3; i++) {
                out.write(bytes[i]);
            }
            int rest = Math.min(bytes.length, half + 3);
            out.write(bytes, rest, bytes.length - rest);
        }

        private static byte[] joined(byte[] first, byte[] second) {
            byte[] all = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, all, first.length, second.length);
            return all;
        }

        private static String uuid(FlowFile flowFile) {
            return flowFile.getAttribute("uuid");
        }

        private byte[] bytes() {
            int length = switch (random.nextInt(5)) {
                case 0 -> 0;
                case 1 -> random.nextInt(150_000);
                default -> random.nextInt(2_000);
            };
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }
}
