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
package io.nifireplay.repository;

import io.nifireplay.crypto.stream.StreamContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.nifi.controller.repository.claim.ResourceClaim;

/**
 * What the streams of a file are bound to: container, section and id of its resource claim, and where in it a stream's
 * header lies. The bytes are those of {@link StreamContext#ofPlace}; the names are encoded once a file and not once a
 * claim, of which there are many.
 */
final class FilePlace {
    private static final VarHandle OFFSET = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] names;

    FilePlace(ResourceClaim resource) {
        byte[] container = resource.getContainer().getBytes(StandardCharsets.UTF_8);
        byte[] section = resource.getSection().getBytes(StandardCharsets.UTF_8);
        byte[] id = resource.getId().getBytes(StandardCharsets.UTF_8);
        names = ByteBuffer.allocate(3 * Short.BYTES + container.length + section.length + id.length + Long.BYTES)
                .putShort((short) container.length)
                .put(container)
                .putShort((short) section.length)
                .put(section)
                .putShort((short) id.length)
                .put(id)
                .array();
    }

    /** The context of the stream whose header lies at this offset. */
    StreamContext at(long offset) {
        byte[] context = names.clone();
        OFFSET.set(context, context.length - Long.BYTES, offset);
        return StreamContext.of(context);
    }
}
