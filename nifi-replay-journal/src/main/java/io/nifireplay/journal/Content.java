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
package io.nifireplay.journal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of an event, of any size; they can be read more than once. A journal reads an arrival's content on the thread
 * that brought it, before it answers.
 */
public interface Content {
    /** In bytes, 0 or more. */
    long size();

    /** A new stream from the first byte; the caller closes it. */
    InputStream open() throws IOException;

    /**
     * Reads the content once, from the first byte, in whatever way its owner gives it out: where both serve, this one does
     * for more kinds of content.
     *
     * @throws IOException when the content cannot be read, and what the reader throws
     */
    default <R> R read(Reader<R> reader) throws IOException {
        try (InputStream in = open()) {
            return reader.read(in);
        }
    }

    /** What is made of a content. */
    @FunctionalInterface
    interface Reader<R> {
        /** @param in the content from its first byte; it is closed by who gives it */
        R read(InputStream in) throws IOException;
    }

    /** Content that is in memory. The array is not copied and must not change. */
    static Content of(byte[] bytes) {
        return new InMemory(bytes);
    }

    /** @param bytes the whole content */
    record InMemory(byte[] bytes) implements Content {
        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
