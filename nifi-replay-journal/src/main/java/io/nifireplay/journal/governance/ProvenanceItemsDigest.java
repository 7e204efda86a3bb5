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

import io.nifireplay.journal.provenance.ItemStanding;
import io.nifireplay.journal.provenance.ProvenanceItem;
import io.nifireplay.journal.provenance.ProvenanceSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The digest of a frozen set of a job over provenance, which an approval binds: SHA-256 over the text {@code
 * nifi-replay-provenance-items 1} and a line feed, then for each item, those of no event that the journal knows first, by
 * their numbers, the others in the order of the partitions' names and of positions,
 *
 * <pre>
 *   8 bytes  number of the item in the job
 *   8 bytes  id of the provenance event
 *   text     id of the cluster's node that has it, empty without a cluster
 *   text     UUID of the FlowFile
 *   text     id of the queue from which it came
 *   text     why NiFi will not replay it, empty when it will
 *   1 byte   1 when the journal knows its event, else 0 and nothing more
 *   text     the event's partition
 *   8 bytes  the event's position
 *  32 bytes  SHA-256 of the event's content
 * </pre>
 *
 * all integers big-endian, a text as 4 bytes of length and UTF-8.
 */
public final class ProvenanceItemsDigest {
    private static final byte[] TITLE = "nifi-replay-provenance-items 1\n".getBytes(StandardCharsets.UTF_8);

    private final MessageDigest digest = Sha256.digest();

    public ProvenanceItemsDigest() {
        digest.update(TITLE);
    }

    /** An item of no event that the journal knows. */
    public void add(ProvenanceItem item) {
        addSource(item);
        digest.update((byte) 0);
    }

    /** @throws java.util.NoSuchElementException when the item has no event */
    public void add(ProvenanceItem item, byte[] contentHash) {
        addSource(item);
        digest.update((byte) 1);
        text(item.event().orElseThrow().partition());
        number(item.event().orElseThrow().position());
        digest.update(contentHash);
    }

    private void addSource(ProvenanceItem item) {
        ProvenanceSource source = item.source();
        number(item.number());
        number(source.eventId());
        text(source.node());
        text(source.flowFile());
        text(source.connection());
        text(source.obstacle().map(ItemStanding::text).orElse(""));
    }

    private void number(long value) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    private void text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    /** 64 lower-case hexadecimal digits; to be asked for once, after the last item. */
    public String hex() {
        return Sha256.hex(digest);
    }
}
