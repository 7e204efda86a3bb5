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
package io.nifireplay.processors;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.exception.MissingFlowFileException;
import org.apache.nifi.processor.exception.ProcessException;
import org.apache.nifi.processor.io.InputStreamCallback;
import org.apache.nifi.processor.io.OutputStreamCallback;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.MockProcessSession;
import org.apache.nifi.util.SharedSessionState;

/**
 * A session over contents some of which are damaged or gone, and which does then what NiFi's own does: a callback hears of
 * a damaged content with nothing done about it, a stream of one takes the whole session back first, and what is gone is
 * dropped and the session taken back.
 */
final class DamagedSession extends MockProcessSession {
    static final String DAMAGE = "damage";
    static final Map<String, String> UNREADABLE = Map.of(DAMAGE, "unreadable");
    static final Map<String, String> GONE = Map.of(DAMAGE, "gone");

    private final SharedSessionState queue;
    private boolean full;

    private DamagedSession(SharedSessionState queue, Processor processor) {
        super(queue, processor);
        this.queue = queue;
    }

    /** A session for one trigger, over FlowFiles that wait. */
    static DamagedSession over(Processor processor, List<MockFlowFile> flowFiles) {
        SharedSessionState queue = new SharedSessionState(processor, new AtomicLong(1_000_000));
        flowFiles.forEach(queue.getFlowFileQueue()::offer);
        return new DamagedSession(queue, processor);
    }

    /** A further session over what is in the queue now. */
    DamagedSession next(Processor processor) {
        return new DamagedSession(queue, processor);
    }

    /** From now on the content repository has no room. */
    DamagedSession fullDisk() {
        full = true;
        return this;
    }

    @Override
    public MockFlowFile write(FlowFile flowFile, OutputStreamCallback callback) {
        if (full) {
            throw new ProcessException(
                    "IOException thrown from " + flowFile, new IOException("No space left on device"));
        }
        return super.write(flowFile, callback);
    }

    int waiting() {
        return queue.getFlowFileQueue().size().getObjectCount();
    }

    @Override
    public void read(FlowFile flowFile, InputStreamCallback callback) {
        if (is(UNREADABLE, flowFile)) {
            super.read(flowFile, in -> callback.process(new Damaged(in, flowFile)));
        } else if (is(GONE, flowFile)) {
            drop(flowFile);
            throw new MissingFlowFileException("Unable to find content for FlowFile", new IOException("no such claim"));
        } else {
            super.read(flowFile, callback);
        }
    }

    @Override
    public InputStream read(FlowFile flowFile) {
        if (flowFile.getAttribute(DAMAGE) == null) {
            return super.read(flowFile);
        }
        rollback(true);
        throw new FlowFileAccessException("Could not read from " + flowFile);
    }

    private void drop(FlowFile flowFile) {
        rollback();
        List<MockFlowFile> others = new ArrayList<>();
        for (MockFlowFile one = poll(); one != null; one = poll()) {
            if (one.getId() != flowFile.getId()) {
                others.add(one);
            }
        }
        others.forEach(queue.getFlowFileQueue()::offer);
    }

    private MockFlowFile poll() {
        return queue.getFlowFileQueue().poll();
    }

    private static boolean is(Map<String, String> damage, FlowFile flowFile) {
        return damage.get(DAMAGE).equals(flowFile.getAttribute(DAMAGE));
    }

    /** Half of a content. */
    private static final class Damaged extends InputStream {
        private final InputStream content;
        private final FlowFile flowFile;
        private long left;

        private Damaged(InputStream content, FlowFile flowFile) {
            this.content = content;
            this.flowFile = flowFile;
            left = flowFile.getSize() / 2;
        }

        @Override
        public int read() throws IOException {
            if (left-- > 0) {
                return content.read();
            }
            throw new FlowFileAccessException(
                    "Could not read from " + flowFile, new IOException("claim 7 is not what was written there"));
        }
    }
}
