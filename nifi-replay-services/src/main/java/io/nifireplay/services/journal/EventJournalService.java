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
package io.nifireplay.services.journal;

import io.nifireplay.journal.EventJournal;
import org.apache.nifi.controller.ControllerService;

/** Gives processors the journal that decides what may be processed. */
public interface EventJournalService extends ControllerService {
    /**
     * The journal, open while the service is enabled. It is not to be kept beyond one trigger of a processor: a service
     * that was disabled and enabled again has another.
     *
     * @throws io.nifireplay.journal.JournalException when the service is not enabled
     */
    EventJournal getEventJournal();

    /** The largest content of a stored result in bytes: the journal keeps a larger one without content. */
    int getMaximumResultSize();
}
