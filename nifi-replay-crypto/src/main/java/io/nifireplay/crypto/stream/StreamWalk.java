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
import java.util.Optional;

/** Finds out where streams lie from their frames alone, without a key. About 1 µs for each frame. */
public final class StreamWalk {
    private StreamWalk() {}

    /**
     * The extent of the stream whose header begins at this position.
     *
     * @throws io.nifireplay.crypto.SealedDataException when no header or no frame can be where one should be
     * @throws IOException when the source fails
     */
    public static StreamExtent measure(SealedSource source, long start) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The stream that a position lies in (start ≤ position &lt; end), where streams follow each other without gaps from
     * {@code from} on. The bytes of a frame that is not whole count as the stream's.
     *
     * @param from where a stream begins: 0 for a file of streams
     * @return empty when the source ends before the position
     * @throws io.nifireplay.crypto.SealedDataException when something that is no stream is met on the way
     * @throws IOException when the source fails
     */
    public static Optional<StreamExtent> holding(SealedSource source, long from, long position) throws IOException {
        throw new UnsupportedOperationException();
    }
}
