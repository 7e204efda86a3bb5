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
package io.nifireplay.audit;

/**
 * Where entries that were appended together stand in the trail.
 *
 * @param first index of the first one, from 0
 * @param count how many there are; their indexes are consecutive
 */
public record Appended(long first, int count) {
    /** The index of one of them. */
    public long index(int entry) {
        if (entry < 0 || entry >= count) {
            throw new IndexOutOfBoundsException("Of " + count + " entries there is none with the number " + entry);
        }
        return first + entry;
    }
}
