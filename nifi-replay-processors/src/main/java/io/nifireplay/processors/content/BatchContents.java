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

import io.nifireplay.journal.Content;
import java.io.IOException;
import java.io.InputStream;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.exception.FlowFileAccessException;

/**
 * Gives the contents of a batch of FlowFiles: small ones are read into memory, which is faster, as long as they have room
 * there together; others are read from the session each time they are opened, by the thread that has the session.
 */
public final class BatchContents {
    /** The largest content that is read into memory. */
    public static final int MAX_IN_MEMORY = 64 * 1024;
    /** Of one batch, how much is in memory at most. */
    public static final int MAX_BATCH_IN_MEMORY = 16 * 1024 * 1024;

    private static final Content EMPTY = Content.of(new byte[0]);

    private final ProcessSession session;
    private long room = MAX_BATCH_IN_MEMORY;

    public BatchContents(ProcessSession session) {
        this.session = session;
    }

    /** @throws FlowFileAccessException when the session cannot read it */
    public Content of(FlowFile flowFile) {
        long size = flowFile.getSize();
        if (size == 0) {
            return EMPTY;
        }
        if (size > MAX_IN_MEMORY || size > room) {
            return new Streamed(session, flowFile);
        }
        room -= size;
        return Content.of(read(flowFile, (int) size));
    }

    /** All bytes of a FlowFile that is known to be small enough. */
    public static byte[] readAll(ProcessSession session, FlowFile flowFile) {
        return new BatchContents(session).read(flowFile, Math.toIntExact(flowFile.getSize()));
    }

    private byte[] read(FlowFile flowFile, int size) {
        byte[] bytes = new byte[size];
        try (InputStream in = session.read(flowFile)) {
            int read = in.readNBytes(bytes, 0, size);
            if (read < size) {
                throw new FlowFileAccessException(
                        "The content of " + flowFile + " ends after " + read + " of " + size + " bytes");
            }
        } catch (IOException e) {
            throw new FlowFileAccessException("The content of " + flowFile + " cannot be read", e);
        }
        return bytes;
    }

    private record Streamed(ProcessSession session, FlowFile flowFile) implements Content {
        @Override
        public long size() {
            return flowFile.getSize();
        }

        @Override
        public InputStream open() {
            return session.read(flowFile);
        }
    }
}
