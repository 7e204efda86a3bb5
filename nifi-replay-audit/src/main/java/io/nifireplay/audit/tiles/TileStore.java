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
package io.nifireplay.audit.tiles;

import java.io.IOException;
import java.util.Optional;

/** The files of a log, wherever they are. */
public interface TileStore {
    /**
     * A file's bytes, empty when there is no such file.
     *
     * @param path below the log's directory, with slashes
     * @throws IOException when it is there and cannot be read, or is far larger than any file of a log
     */
    Optional<byte[]> read(String path) throws IOException;

    default Optional<byte[]> read(TilePath path) throws IOException {
        return read(path.toString());
    }
}
