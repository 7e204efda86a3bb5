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
import io.nifireplay.journal.JournalException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A content as it comes out of the journal, which remembers when the journal could not read it: NiFi makes one exception of
 * that and of its own trouble in writing.
 */
public final class JournalContent extends InputStream {
    private final InputStream in;
    private Exception failure;

    private JournalContent(InputStream in) {
        this.in = in;
    }

    /** @throws JournalContentException when it cannot even be opened */
    public static JournalContent open(Content content) throws JournalContentException {
        try {
            return new JournalContent(content.open());
        } catch (IOException | JournalException e) {
            throw new JournalContentException(e);
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (IOException | JournalException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return in.read(target, offset, length);
        } catch (IOException | JournalException e) {
            failure = e;
            throw e;
        }
    }

    /** What lies in memory goes over as it is: it needs no buffer, and no read of it fails. */
    @Override
    public long transferTo(OutputStream out) throws IOException {
        return in instanceof ByteArrayInputStream ? in.transferTo(out) : super.transferTo(out);
    }

    /** @throws JournalContentException when a read has failed */
    public void throwFailure() throws JournalContentException {
        if (failure != null) {
            throw new JournalContentException(failure);
        }
    }

    /** Nothing is left to learn from a content that was read. */
    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
    }
}
