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
package io.nifireplay.repository;

import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.stream.SealedOutputStream;
import io.nifireplay.crypto.stream.StreamEpoch;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Optional;
import org.apache.nifi.controller.repository.claim.ResourceClaim;

/**
 * The file of a resource claim while this process writes to it: the key epoch of its streams, and the claim that is being
 * written. NiFi gives a file to one writer at a time, though on changing threads.
 */
final class WritableFile {
    private final ResourceClaim resource;
    private final FilePlace place;
    private final Keyring keyring;
    private final SecureRandom random;
    private final Batch batch = new Batch();
    private Optional<StreamEpoch> epoch = Optional.empty();
    private volatile Optional<SealedClaimOutputStream> writer = Optional.empty();

    WritableFile(ResourceClaim resource, Keyring keyring, SecureRandom random) {
        this.resource = resource;
        this.place = new FilePlace(resource);
        this.keyring = keyring;
        this.random = random;
    }

    ResourceClaim resource() {
        return resource;
    }

    /** Begins the stream of a claim whose header is to lie at this offset. */
    synchronized SealedOutputStream openStream(OutputStream sink, long offset) throws IOException {
        if (epoch.isEmpty() || epoch.get().isUsedUp()) {
            epoch = Optional.of(StreamEpoch.begin(keyring, EncryptedContentRepository.PURPOSE, random));
        }
        return epoch.get().open(sink, place.at(offset));
    }

    /** Forgets the data key: nobody knows which of its nonces were used. */
    synchronized void dropEpoch() {
        epoch = Optional.empty();
    }

    /** Makes this stream the file's writer; yields the batch for its sealed bytes, which are to go to the sink, at this offset of the file. */
    Batch attach(SealedClaimOutputStream stream, OutputStream sink, long offset) {
        batch.startOver(sink, offset);
        writer = Optional.of(stream);
        return batch;
    }

    void detach(SealedClaimOutputStream stream) {
        if (writer.filter(one -> one == stream).isPresent()) {
            writer = Optional.empty();
        }
    }

    /** The stream that is open to write to the file. */
    Optional<SealedClaimOutputStream> writer() {
        return writer;
    }
}
