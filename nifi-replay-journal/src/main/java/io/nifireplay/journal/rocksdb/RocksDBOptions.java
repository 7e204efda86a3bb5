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

import io.nifireplay.journal.JournalTime;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a journal is kept.
 *
 * @param directory where; made when it is not there
 * @param lease how long an admitted FlowFile has its event before another may take it over
 * @param payloadRetention how long content and attributes of a settled event are kept
 * @param keyRetention how long its key is kept, at least {@code payloadRetention}: so long a repetition is known as a
 *     duplicate
 * @param keepContent whether the content goes into the journal; without it only provenance can replay
 * @param maxResultBytes the largest content of a stored result; a larger one is stored without content
 * @param reEmitAfter how long an emission waits for its admission before it is handed out again
 * @param blockCacheBytes memory for blocks read from disk
 * @param outbox whether each change is noted, to be told elsewhere
 * @param time where time and chance come from
 */
public record RocksDBOptions(
        Path directory,
        Duration lease,
        Duration payloadRetention,
        Duration keyRetention,
        boolean keepContent,
        int maxResultBytes,
        Duration reEmitAfter,
        long blockCacheBytes,
        boolean outbox,
        JournalTime time) {
    public static final Duration DEFAULT_LEASE = Duration.ofMinutes(10);
    public static final Duration DEFAULT_PAYLOAD_RETENTION = Duration.ofDays(7);
    public static final Duration DEFAULT_KEY_RETENTION = Duration.ofDays(30);
    public static final int DEFAULT_MAX_RESULT_BYTES = 64 * 1024;
    public static final Duration DEFAULT_RE_EMIT_AFTER = Duration.ofMinutes(1);
    public static final long DEFAULT_BLOCK_CACHE_BYTES = 64L * 1024 * 1024;

    public RocksDBOptions {
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("The lease is " + lease + ", but must be above 0");
        }
        if (keyRetention.compareTo(payloadRetention) < 0) {
            throw new IllegalArgumentException("Keys are kept for " + keyRetention + ", content for " + payloadRetention
                    + ": keys must outlive content, or a repetition would be taken for a new event");
        }
    }

    public static RocksDBOptions defaults(Path directory) {
        return new RocksDBOptions(
                directory,
                DEFAULT_LEASE,
                DEFAULT_PAYLOAD_RETENTION,
                DEFAULT_KEY_RETENTION,
                true,
                DEFAULT_MAX_RESULT_BYTES,
                DEFAULT_RE_EMIT_AFTER,
                DEFAULT_BLOCK_CACHE_BYTES,
                false,
                JournalTime.system());
    }

    public RocksDBOptions withDirectory(Path value) {
        return new RocksDBOptions(
                value,
                lease,
                payloadRetention,
                keyRetention,
                keepContent,
                maxResultBytes,
                reEmitAfter,
                blockCacheBytes,
                outbox,
                time);
    }

    public RocksDBOptions withLease(Duration value) {
        return new RocksDBOptions(
                directory,
                value,
                payloadRetention,
                keyRetention,
                keepContent,
                maxResultBytes,
                reEmitAfter,
                blockCacheBytes,
                outbox,
                time);
    }

    public RocksDBOptions withRetention(Duration payload, Duration keys) {
        return new RocksDBOptions(
                directory,
                lease,
                payload,
                keys,
                keepContent,
                maxResultBytes,
                reEmitAfter,
                blockCacheBytes,
                outbox,
                time);
    }

    public RocksDBOptions withKeepContent(boolean value) {
        return new RocksDBOptions(
                directory,
                lease,
                payloadRetention,
                keyRetention,
                value,
                maxResultBytes,
                reEmitAfter,
                blockCacheBytes,
                outbox,
                time);
    }

    public RocksDBOptions withMaxResultBytes(int value) {
        return new RocksDBOptions(
                directory,
                lease,
                payloadRetention,
                keyRetention,
                keepContent,
                value,
                reEmitAfter,
                blockCacheBytes,
                outbox,
                time);
    }

    public RocksDBOptions withReEmitAfter(Duration value) {
        return new RocksDBOptions(
                directory,
                lease,
                payloadRetention,
                keyRetention,
                keepContent,
                maxResultBytes,
                value,
                blockCacheBytes,
                outbox,
                time);
    }

    public RocksDBOptions withBlockCacheBytes(long value) {
        return new RocksDBOptions(
                directory,
                lease,
                payloadRetention,
                keyRetention,
                keepContent,
                maxResultBytes,
                reEmitAfter,
                value,
                outbox,
                time);
    }

    public RocksDBOptions withOutbox(boolean value) {
        return new RocksDBOptions(
                directory,
                lease,
                payloadRetention,
                keyRetention,
                keepContent,
                maxResultBytes,
                reEmitAfter,
                blockCacheBytes,
                value,
                time);
    }

    public RocksDBOptions withTime(JournalTime value) {
        return new RocksDBOptions(
                directory,
                lease,
                payloadRetention,
                keyRetention,
                keepContent,
                maxResultBytes,
                reEmitAfter,
                blockCacheBytes,
                outbox,
                value);
    }
}
