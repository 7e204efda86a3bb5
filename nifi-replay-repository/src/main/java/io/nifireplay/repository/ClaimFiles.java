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

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.nifi.controller.repository.ContentNotFoundException;
import org.apache.nifi.controller.repository.FileSystemRepository;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.ResourceClaim;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where NiFi's file repository keeps the files of resource claims: {@code container/section/id}, and from its archiving on
 * {@code container/section/archive/id}. A file moves from the first to the second and never back.
 */
final class ClaimFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimFiles.class);

    private final Map<String, Path> containers;
    private final LongSupplier nanoTime;
    private final IdleFiles idle;

    /**
     * @param containers the folders of the containers by name
     * @param nanoTime a clock, as {@link System#nanoTime()}
     */
    ClaimFiles(Map<String, Path> containers, LongSupplier nanoTime) {
        this.containers = Map.copyOf(containers);
        this.nanoTime = nanoTime;
        this.idle = new IdleFiles(nanoTime);
    }

    /** Files that were read lately. */
    IdleFiles idle() {
        return idle;
    }

    /**
     * Opens the file that a claim lies in, archived or not. Whoever has it gives it to {@link #idle()} or closes it.
     *
     * @throws ContentNotFoundException when there is none
     * @throws IOException when it cannot be opened
     */
    ClaimFile open(ContentClaim claim) throws IOException {
        ResourceClaim resource = claim.getResourceClaim();
        Optional<ClaimFile> known = idle.take(resource);
        if (known.isPresent()) {
            return known.get();
        }
        Path file = path(resource)
                .orElseThrow(() -> new ContentNotFoundException(
                        claim,
                        "There is no container named " + resource.getContainer() + " for " + ClaimNames.of(claim)));
        try {
            return ClaimFile.open(file, nanoTime.getAsLong());
        } catch (FileNotFoundException e) {
            return openArchived(claim, file);
        }
    }

    /** Has the disk take what was written to a file so far; what cannot be synced now is at the file's own sync. */
    void sync(ResourceClaim resource) {
        try (FileChannel file = FileChannel.open(path(resource).orElseThrow(), StandardOpenOption.WRITE)) {
            file.force(false);
        } catch (IOException e) {
            LOG.debug("The file of {} could not be synced before its end; it is synced then", resource, e);
        }
    }

    private Optional<Path> path(ResourceClaim resource) {
        return Optional.ofNullable(containers.get(resource.getContainer()))
                .map(container -> container.resolve(resource.getSection()).resolve(resource.getId()));
    }

    private ClaimFile openArchived(ContentClaim claim, Path file) throws IOException {
        Path archived = FileSystemRepository.getArchivePath(file);
        try {
            return ClaimFile.open(archived, nanoTime.getAsLong());
        } catch (FileNotFoundException e) {
            // The JDK says "not found" of a file that may not be read, too, and that one is not lost.
            if (Files.exists(file) || Files.exists(archived)) {
                throw new IOException(
                        "The file of " + ClaimNames.of(claim) + " cannot be opened: " + e.getMessage(), e);
            }
            throw new ContentNotFoundException(claim, e);
        }
    }
}
