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
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.nifi.controller.repository.claim.ResourceClaim;

/**
 * The files that this process writes to, by their resource claims. As many as NiFi's file repository keeps open: a file
 * leaves when that one freezes its resource claim.
 */
final class WritableFiles {
    private final Keyring keyring;
    private final SecureRandom random;
    private final ConcurrentMap<ResourceClaim, WritableFile> files = new ConcurrentHashMap<>();

    WritableFiles(Keyring keyring, SecureRandom random) {
        this.keyring = keyring;
        this.random = random;
    }

    WritableFile of(ResourceClaim resource) {
        return files.computeIfAbsent(resource, one -> new WritableFile(one, keyring, random));
    }

    /** The stream that is open to write to this file, if there is one. */
    Optional<SealedClaimOutputStream> writerOf(ResourceClaim resource) {
        WritableFile file = files.get(resource);
        return file == null ? Optional.empty() : file.writer();
    }

    /** To be called when a claim was closed or removed: lets go of a file that will not be written any more. */
    void forgetFrozen(ResourceClaim resource) {
        if (!resource.isWritable()) {
            files.remove(resource);
        }
    }

    void forgetAll() {
        files.clear();
    }

    int size() {
        return files.size();
    }
}
