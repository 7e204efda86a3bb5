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
import io.nifireplay.journal.testing.Keyrings;
import java.nio.file.Path;

/** RocksDB, for the contract: with rows as they are and an outbox where it is asked for, or sealed and always with one. */
enum RocksDBEngine implements JournalEngine {
    PLAIN,
    SEALED;

    static RocksDBOptions options(Path directory, JournalSettings settings) {
        return RocksDBOptions.defaults(directory)
                .withLease(settings.lease())
                .withRetention(settings.payloadRetention(), settings.keyRetention())
                .withKeepContent(settings.keepContent())
                .withMaxResultBytes(settings.maxResultBytes())
                .withReEmitAfter(settings.reEmitAfter())
                .withBlockCacheBytes(8 << 20)
                .withOutbox(settings.outbox())
                .withTime(settings.time());
    }

    @Override
    public EventJournal open(Path directory, JournalSettings settings) {
        RocksDBOptions options = options(directory.resolve("journal"), settings);
        return switch (this) {
            case PLAIN -> RocksDBJournal.open(options);
            case SEALED -> RocksDBJournal.openSealed(options.withOutbox(true), () -> Keyrings.of("k1"));
        };
    }

    @Override
    public void close(EventJournal journal) {
        ((RocksDBJournal) journal).close();
    }
}
