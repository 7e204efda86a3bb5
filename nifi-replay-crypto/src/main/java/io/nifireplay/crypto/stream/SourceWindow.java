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

import java.io.IOException;

/** The part of a source that is at hand in memory. It never grows beyond what was asked for. */
final class SourceWindow {
    private final SealedSource source;
    private byte[] bytes = StreamFormat.NO_BYTES;
    private long start;
    private int length;

    SourceWindow(SealedSource source) {
        this.source = source;
    }

    SealedSource source() {
        return source;
    }

    /**
     * Has bytes from a position on at hand.
     *
     * @param needed how many the caller cannot do without
     * @param wanted how many to ask the source for when it has to be asked, at least {@code needed}; a constant, never a
     *     number that was read from somewhere
     * @return how many there are; fewer than needed only where the source ends
     */
    int fetch(long position, int needed, int wanted) throws IOException {
        long kept = start + length - position;
        boolean overlaps = position >= start && kept > 0;
        if (overlaps && kept >= needed) {
            return (int) kept;
        }
        int have = overlaps ? (int) kept : 0;
        byte[] room = bytes.length >= wanted ? bytes : new byte[wanted];
        System.arraycopy(bytes, overlaps ? (int) (position - start) : 0, room, 0, have);
        bytes = room;
        start = position;
        length = have;
        while (length < needed) {
            int count = source.read(position + length, bytes, length, wanted - length);
            if (count < 0) {
                break;
            }
            length += count;
        }
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where in {@link #bytes()} the byte of this position is. */
    int index(long position) {
        return (int) (position - start);
    }

    /** Four bytes as a number; they are at hand. */
    int intAt(long position) {
        return StreamFormat.getInt(bytes, index(position));
    }
}
