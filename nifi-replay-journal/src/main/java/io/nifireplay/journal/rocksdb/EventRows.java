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

import java.util.Optional;

/**
 * The rows of envelopes and inline contents. They are sealed under the digest of their event's key, not under its place: so
 * that is done before the place is known. The entry, which is sealed under the place, holds the digest.
 */
final class EventRows {
    private EventRows() {}

    /** A row as {@link Table#EVENTS} takes it. */
    static byte[] seal(Store store, Digest digest, byte[] row) {
        return store.seal().seal(Table.EVENTS, digest.key(), row);
    }

    /** The row of an event, empty when it has outlived its retention. */
    static Optional<byte[]> read(Store store, Place place, Digest digest) {
        return Optional.ofNullable(store.get(Table.EVENTS, place.key()))
                .map(stored -> store.seal().open(Table.EVENTS, digest.key(), stored));
    }
}
