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
package io.nifireplay.journal;

import org.roaringbitmap.longlong.Roaring64NavigableMap;

/**
 * How far a partition has come.
 *
 * @param partition the partition's name
 * @param lowWatermark all positions at or below it are settled; 0 when the first is not
 * @param head the last position given, 0 when none was
 * @param settledAbove the settled positions above the low watermark
 */
public record Checkpoint(String partition, long lowWatermark, long head, Roaring64NavigableMap settledAbove) {
    /** How many events are not settled. */
    public long open() {
        return head - lowWatermark - settledAbove.getLongCardinality();
    }

    /** Whether the event at this position is settled. */
    public boolean isSettled(long position) {
        return position <= lowWatermark || settledAbove.contains(position);
    }
}
