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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.testing.GeneratedContent;
import io.nifireplay.journal.testing.Hashes;
import java.nio.file.Path;
import java.util.List;

/** Admits one large content, opens the journal again, reads it back and says both hashes. */
final class LargePayload {
    private LargePayload() {}

    public static void main(String[] arguments) {
        RocksDBOptions options = RocksDBOptions.defaults(Path.of(arguments[0]));
        Content content = new GeneratedContent(1, Long.parseLong(arguments[1]));
        EventRef event;
        try (RocksDBJournal journal = RocksDBJournal.open(options)) {
            Arrival arrival = new Arrival.Fresh("f1", Envelope.of("large", "p"), content, List.of("call"));
            event = ((Admission.Accepted) journal.admit(List.of(arrival)).get(0)).event();
        }
        try (RocksDBJournal journal = RocksDBJournal.open(options)) {
            System.out.println(journal.find(event).orElseThrow().contentHash());
            Content read = journal.content(event).orElseThrow();
            System.out.println(Hashes.sha256(read));
            System.out.println(read.size());
        }
    }
}
