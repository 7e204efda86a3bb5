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
package io.nifireplay.processors.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.Content;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockProcessSession;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.SharedSessionState;
import org.junit.jupiter.api.Test;

class BatchContentsTest {
    private final Processor processor = new NoOpProcessor();
    private final MockProcessSession session =
            new MockProcessSession(new SharedSessionState(processor, new AtomicLong()), processor);
    private final BatchContents contents = new BatchContents(session);

    @Test
    void readsSmallContentIntoMemory() throws Exception {
        Content content = contents.of(flowFile(BatchContents.MAX_IN_MEMORY));

        assertThat(content).isInstanceOf(Content.InMemory.class);
        assertReadsTwice(content, BatchContents.MAX_IN_MEMORY);
    }

    @Test
    void streamsLargeContentEachTimeItIsOpened() throws Exception {
        Content content = contents.of(flowFile(BatchContents.MAX_IN_MEMORY + 1));

        assertThat(content).isNotInstanceOf(Content.InMemory.class);
        assertReadsTwice(content, BatchContents.MAX_IN_MEMORY + 1);
    }

    @Test
    void takesEmptyContent() throws Exception {
        assertReadsTwice(contents.of(flowFile(0)), 0);
    }

    @Test
    void keepsABatchWithinItsMemory() throws Exception {
        List<Content> inMemory = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Content content = contents.of(flowFile(BatchContents.MAX_IN_MEMORY));
            if (content instanceof Content.InMemory) {
                inMemory.add(content);
            }
        }
        assertThat(inMemory.stream().mapToLong(Content::size).sum()).isEqualTo(BatchContents.MAX_BATCH_IN_MEMORY);
    }

    private FlowFile flowFile(int size) {
        return session.write(session.create(), out -> out.write(new byte[size]));
    }

    private static void assertReadsTwice(Content content, int size) throws Exception {
        assertThat(content.size()).isEqualTo(size);
        for (int time = 0; time < 2; time++) {
            try (InputStream in = content.open()) {
                assertThat(in.readAllBytes()).hasSize(size);
            }
        }
    }
}
