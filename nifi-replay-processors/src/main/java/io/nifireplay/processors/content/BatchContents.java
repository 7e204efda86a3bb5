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
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.exception.ProcessException;

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

    /** @throws IOException when the session cannot read it, which has done nothing about it then */
    public Content of(FlowFile flowFile) throws IOException {
        long size = flowFile.getSize();
        if (size == 0) {
            return EMPTY;
        }
        if (size > MAX_IN_MEMORY || size > room) {
            return new Streamed(session, flowFile);
        }
        room -= size;
        return Content.of(readAll(session, flowFile));
    }

    /**
     * All bytes of a FlowFile that is known to be small enough.
     *
     * @throws IOException when the session cannot read them, which has done nothing about it then
     */
    public static byte[] readAll(ProcessSession session, FlowFile flowFile) throws IOException {
        int size = Math.toIntExact(flowFile.getSize());
        byte[] bytes = read(session, flowFile, in -> in.readNBytes(size));
        if (bytes.length < size) {
            throw new EOFException("it ends after " + bytes.length + " of " + size + " bytes");
        }
        return bytes;
    }

    /**
     * By a callback: when the stream that a session hands out cannot be read, NiFi rolls back the whole session and
     * penalizes all of its FlowFiles, before anybody can put the one aside. A content that is gone is NiFi's to deal with
     * in either way: it drops the FlowFile, rolls back and says so with a MissingFlowFileException.
     */
    private static <R> R read(ProcessSession session, FlowFile flowFile, Content.Reader<R> reader) throws IOException {
        List<R> made = new ArrayList<>(1);
        try {
            session.read(flowFile, in -> made.add(reader.read(in)));
        } catch (FlowFileAccessException e) {
            throw new IOException(words(e), e);
        } catch (ProcessException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
        if (made.isEmpty()) {
            throw new EOFException("NiFi does not find it");
        }
        return made.getFirst();
    }

    /** The repository's own, which name the claim: NiFi's name the FlowFile. */
    private static String words(FlowFileAccessException e) {
        return e.getCause() == null || e.getCause().getMessage() == null
                ? e.getMessage()
                : e.getCause().getMessage();
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

        @Override
        public <R> R read(Reader<R> reader) throws IOException {
            return BatchContents.read(session, flowFile, reader);
        }
    }
}
