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
package io.nifireplay.journal.outbox;

import java.util.List;
import java.util.OptionalLong;

/**
 * The notices of a journal, in the order in which things happened. They are kept until somebody says where they were told.
 * Every method may be called by several threads at once, and throws {@link io.nifireplay.journal.JournalException} as the
 * journal's do.
 */
public interface Outbox {
    /** The number of the last notice that is on stable storage, with what it tells of; 0 when there is none. */
    long last();

    /**
     * Notices that were not told yet, the oldest first.
     *
     * @param last the number of the last that is wanted, at most {@link #last()}
     * @param max how many at most
     */
    List<Notice> pending(long last, int max);

    /**
     * Notices were told: they are dropped, and the indexes are kept as long as keys are.
     *
     * @param notices as {@link #pending} gave them, all of them or the first ones
     * @param firstIndex where the first is found; the others follow it
     */
    void told(List<Notice> notices, long firstIndex);

    /** Where a notice is found, empty while it was not told, and when that was too long ago. */
    OptionalLong index(long notice);
}
