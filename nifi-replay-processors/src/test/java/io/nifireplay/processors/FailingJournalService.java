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
package io.nifireplay.processors;

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.TokenMint;
import io.nifireplay.services.journal.EventJournalService;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.UUID;
import org.apache.nifi.controller.AbstractControllerService;

/** A journal that answers every question with the same failure. */
final class FailingJournalService extends AbstractControllerService implements EventJournalService {
    static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000007");
    static final TokenMint TOKENS = new TokenMint(ID, new byte[32]);

    @Override
    public EventJournal getEventJournal() {
        return (EventJournal) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EventJournal.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "id" -> ID;
                        case "tokens" -> TOKENS;
                        case "by" -> proxy;
                        case "outbox" -> Optional.empty();
                        default -> throw new JournalException("The disk of the event journal is full: free some space");
                    };
                });
    }

    @Override
    public int getMaximumResultSize() {
        return 0;
    }
}
