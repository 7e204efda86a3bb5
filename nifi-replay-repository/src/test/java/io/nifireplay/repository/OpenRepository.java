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

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.apache.nifi.controller.repository.ContentRepository;
import org.apache.nifi.controller.repository.FileSystemRepository;
import org.apache.nifi.controller.repository.StandardContentRepositoryContext;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.ResourceClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.controller.repository.claim.StandardResourceClaimManager;
import org.apache.nifi.events.EventReporter;

/** A repository as NiFi has it while it runs, with the claimant counts of this run. */
record OpenRepository(ContentRepository repository, StandardResourceClaimManager claims) implements AutoCloseable {
    static OpenRepository of(ContentRepository repository) throws IOException {
        StandardResourceClaimManager claims = new StandardResourceClaimManager();
        repository.initialize(new StandardContentRepositoryContext(claims, EventReporter.NO_OP));
        return new OpenRepository(repository, claims);
    }

    /** Writes a claim as one stream that is closed. */
    StandardContentClaim write(byte[] content) throws IOException {
        StandardContentClaim claim = (StandardContentClaim) repository.create(false);
        try (OutputStream out = repository.write(claim)) {
            out.write(content);
        }
        return claim;
    }

    byte[] read(ContentClaim claim) throws IOException {
        try (InputStream in = repository.read(claim)) {
            return in.readAllBytes();
        }
    }

    /** A claim as NiFi makes it from what its FlowFile or provenance repository kept. */
    StandardContentClaim restored(ContentClaim claim, long offset, long length) {
        ResourceClaim known = claim.getResourceClaim();
        ResourceClaim resource = claims.getResourceClaim(known.getContainer(), known.getSection(), known.getId());
        if (resource == null) {
            resource = claims.newResourceClaim(known.getContainer(), known.getSection(), known.getId(), false, false);
        }
        StandardContentClaim restored = new StandardContentClaim(resource, offset);
        restored.setLength(length);
        return restored;
    }

    StandardContentClaim restored(ContentClaim claim) {
        return restored(claim, claim.getOffset(), claim.getLength());
    }

    /** Where a claim's file is while it is not archived. */
    static Path file(Setup setup, ContentClaim claim) {
        ResourceClaim resource = claim.getResourceClaim();
        return setup.root()
                .resolve(resource.getContainer())
                .resolve(resource.getSection())
                .resolve(resource.getId());
    }

    static Path archivedFile(Setup setup, ContentClaim claim) {
        return FileSystemRepository.getArchivePath(file(setup, claim));
    }

    @Override
    public void close() {
        repository.shutdown();
    }
}
