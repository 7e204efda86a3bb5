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

/**
 * Where a stream lies and how long it is, as its frames say. Nothing of that is verified: reading it is.
 *
 * @param start where its header begins
 * @param plainLength bytes of content
 * @param sealedLength bytes from its header to the end of its last whole frame
 * @param complete whether there is a last segment
 */
public record StreamExtent(long start, long plainLength, long sealedLength, boolean complete) {
    /** The position behind the stream: where the next one begins. */
    public long end() {
        return start + sealedLength;
    }
}
