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
package io.nifireplay.journal.contract;

import io.nifireplay.journal.EventJournal;
import java.nio.file.Path;

/** An engine under test. */
public interface JournalEngine {
    /** @param directory where an embedded engine keeps its files; another keeps one journal for each directory */
    EventJournal open(Path directory, JournalSettings settings);

    void close(EventJournal journal);
}
