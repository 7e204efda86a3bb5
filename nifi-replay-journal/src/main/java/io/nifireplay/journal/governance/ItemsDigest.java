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
package io.nifireplay.journal.governance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The digest of a frozen set of events, which an approval binds: SHA-256 over, for each event in the order of the partitions'
 * names and of positions,
 *
 * <pre>
 *   4 bytes  length of the partition's name
 *   n bytes  partition's name, UTF-8
 *   8 bytes  position
 *   4 bytes  generation that is to be repeated by force, 0 when the event is not completed
 *  32 bytes  SHA-256 of the content
 * </pre>
 *
 * all integers big-endian.
 */
public final class ItemsDigest {
    private final MessageDigest digest = Sha256.digest();

    public void add(String partition, long position, int forcedGeneration, byte[] contentHash) {
        byte[] name = partition.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4 + name.length + 8 + 4)
                .putInt(name.length)
                .put(name)
                .putLong(position)
                .putInt(forcedGeneration)
                .array());
        digest.update(contentHash);
    }

    /** 64 lower-case hexadecimal digits; to be asked for once, after the last event. */
    public String hex() {
        return Sha256.hex(digest);
    }
}
