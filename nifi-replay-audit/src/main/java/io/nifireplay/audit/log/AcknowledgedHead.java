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
package io.nifireplay.audit.log;

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The size and root up to which entries were acknowledged, so that entries that were cut off do not pass for a torn end that
 * nobody was told of. Two slots of 64 bytes, written in turn:
 *
 * <pre>
 *   8 bytes number of the writing, 8 bytes size, 32 bytes root, 4 bytes CRC-32C of these 48, 12 bytes unused
 * </pre>
 *
 * Mapped memory that is not synced: it survives a killed process, and after a power cut it can only lag.
 */
final class AcknowledgedHead {
    private static final int SLOT_BYTES = 64;
    private static final int CHECKED_BYTES = 2 * Long.BYTES + Hash.BYTES;

    private final MappedByteBuffer mapped;
    private long writings;

    private AcknowledgedHead(MappedByteBuffer mapped) {
        this.mapped = mapped;
    }

    static AcknowledgedHead open(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new AcknowledgedHead(channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * SLOT_BYTES));
        }
    }

    /** What was written last, empty when nothing was. */
    Optional<TreeHead> read() {
        Optional<TreeHead> newest = Optional.empty();
        for (int slot = 0; slot < 2; slot++) {
            byte[] bytes = new byte[CHECKED_BYTES];
            mapped.get(slot * SLOT_BYTES, bytes);
            ByteBuffer fields = ByteBuffer.wrap(bytes);
            long number = fields.getLong();
            long size = fields.getLong();
            if (number > writings && size >= 0 && mapped.getInt(slot * SLOT_BYTES + CHECKED_BYTES) == crc(bytes)) {
                writings = number;
                newest = Optional.of(new TreeHead(size, Hash.at(bytes, 2 * Long.BYTES)));
            }
        }
        return newest;
    }

    void write(TreeHead head) {
        writings++;
        byte[] bytes = ByteBuffer.allocate(CHECKED_BYTES)
                .putLong(writings)
                .putLong(head.size())
                .put(head.root().bytes())
                .array();
        int slot = (int) (writings % 2) * SLOT_BYTES;
        mapped.put(slot, bytes);
        mapped.putInt(slot + CHECKED_BYTES, crc(bytes));
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
