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
package io.nifireplay.crypto.stream;

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.testing.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** A file of several streams of one epoch, as a repository makes it, for tests to damage. */
final class SealedFile {
    static final String PURPOSE = "test";
    static final Keyring KEYRING = Keys.keyring("key-1");

    private final byte[] bytes;
    private final List<Long> starts;
    private final List<byte[]> contents;

    private SealedFile(byte[] bytes, List<Long> starts, List<byte[]> contents) {
        this.bytes = bytes;
        this.starts = starts;
        this.contents = contents;
    }

    /**
     * @param segments for each stream the plain lengths of its segments, the last one included; 0 to 64 KiB
     */
    static SealedFile write(long seed, int[]... segments) throws IOException {
        StreamEpoch epoch = StreamEpoch.begin(KEYRING, PURPOSE, new SecureRandom());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        List<Long> starts = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (int[] lengths : segments) {
            long start = file.size();
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            try (SealedOutputStream out = epoch.open(file, context(start))) {
                for (int i = 0; i < lengths.length; i++) {
                    byte[] plain = Keys.bytes(lengths[i], seed * 31 + contents.size() * 7L + i);
                    out.write(plain);
                    content.write(plain);
                    if (i < lengths.length - 1) {
                        out.endSegment();
                    }
                }
            }
            starts.add(start);
            contents.add(content.toByteArray());
        }
        return new SealedFile(file.toByteArray(), starts, contents);
    }

    static StreamContext context(long start) {
        return StreamContext.ofPlace(start, "container", "section", "id");
    }

    static StreamKeys keys() {
        return new StreamKeys(KEYRING, PURPOSE);
    }

    byte[] bytes() {
        return bytes.clone();
    }

    int streams() {
        return starts.size();
    }

    long start(int stream) {
        return starts.get(stream);
    }

    /** Where the stream ends, and the next one begins. */
    long end(int stream) {
        return stream + 1 < starts.size() ? starts.get(stream + 1) : bytes.length;
    }

    byte[] content(int stream) {
        return contents.get(stream);
    }
}
