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

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.contract.JournalEngine;
import io.nifireplay.journal.contract.JournalSettings;
import java.nio.file.Path;

/** RocksDB, for the contract. */
final class RocksDBEngine implements JournalEngine {
    static RocksDBOptions options(Path directory, JournalSettings settings) {
        return RocksDBOptions.defaults(directory)
                .withLease(settings.lease())
                .withRetention(settings.payloadRetention(), settings.keyRetention())
                .withKeepContent(settings.keepContent())
                .withMaxResultBytes(settings.maxResultBytes())
                .withReEmitAfter(settings.reEmitAfter())
                .withBlockCacheBytes(8 << 20)
                .withTime(settings.time());
    }

    @Override
    public EventJournal open(Path directory, JournalSettings settings) {
        return RocksDBJournal.open(options(directory.resolve("journal"), settings));
    }

    @Override
    public void close(EventJournal journal) {
        ((RocksDBJournal) journal).close();
    }
}
