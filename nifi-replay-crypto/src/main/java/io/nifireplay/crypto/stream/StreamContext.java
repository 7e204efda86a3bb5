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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where a sealed stream lies. It is no part of the stream but of its associated data: a stream that was copied to another
 * place does not open there.
 */
public final class StreamContext {
    private static final int MAX_NAME_BYTES = 0xFFFF;

    private final byte[] bytes;

    private StreamContext(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A context of any bytes, in a form of the caller's choice. */
    public static StreamContext of(byte[] bytes) {
        return new StreamContext(bytes.clone());
    }

    /**
     * The context of a stream in a file: for each name 2 bytes length and its UTF-8, then 8 bytes offset, big-endian.
     *
     * @param offset where in the file the stream's header begins
     * @param names what names the file, such as container, section and id; at most 65,535 bytes of UTF-8 each
     */
    public static StreamContext ofPlace(long offset, String... names) {
        byte[][] encoded = new byte[names.length][];
        int length = Long.BYTES;
        for (int i = 0; i < names.length; i++) {
            encoded[i] = names[i].getBytes(StandardCharsets.UTF_8);
            if (encoded[i].length > MAX_NAME_BYTES) {
                throw new IllegalArgumentException(
                        "A name of " + encoded[i].length + " bytes is too long for a context");
            }
            length += Short.BYTES + encoded[i].length;
        }
        ByteBuffer context = ByteBuffer.allocate(length);
        for (byte[] name : encoded) {
            context.putShort((short) name.length).put(name);
        }
        return new StreamContext(context.putLong(offset).array());
    }

    /** The length in bytes. */
    int length() {
        return bytes.length;
    }

    void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamContext context && Arrays.equals(bytes, context.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
