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
package io.nifireplay.journal.replay;

/** What a replay job does with the events that it selects. */
public enum ReplayMode {
    /** Emits what is not completed. */
    MISSED_ONLY("missed only"),
    /** Emits completed events too, in a new generation; needs an approval. */
    FORCED("forced"),
    /** Counts, changes nothing. */
    DRY_RUN("dry run"),
    /** Emits marked copies that no door lets through. */
    DRILL("drill");

    private final String text;

    ReplayMode(String text) {
        this.text = text;
    }

    /** As people and requests write it. */
    public String text() {
        return text;
    }
}
