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

import io.nifireplay.crypto.stream.StreamKeys;
import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.controller.repository.ContentNotFoundException;
import org.apache.nifi.controller.repository.ContentRepository;
import org.apache.nifi.controller.repository.ContentRepositoryContext;
import org.apache.nifi.controller.repository.FileSystemRepository;
import org.apache.nifi.controller.repository.claim.ContentClaim;
import org.apache.nifi.controller.repository.claim.ResourceClaim;
import org.apache.nifi.controller.repository.claim.StandardContentClaim;
import org.apache.nifi.stream.io.StreamUtils;
import org.apache.nifi.util.NiFiProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NiFi's content repository with nothing readable on disk. To use it, name it in
 * {@code nifi.content.repository.implementation} and set the properties of {@code docs/security.md}.
 *
 * <p>It is a decorator over NiFi's {@link FileSystemRepository}, which goes on to choose containers and sections, to append
 * claims to files, to count claimants, to archive and to clean up. A claim's content is one sealed stream in the file, bound
 * to container, section, id and offset: what was changed, or lies elsewhere, does not open. A claim's offset is the place of
 * its stream's header in the file; its length is that of the plain content.
 *
 * <p>Damaged content is an {@link IOException} that names the claim: NiFi rolls the session back and goes on, and the
 * FlowFile stays in its queue. Content that is not there any more (no file, or one that ends too early) is a
 * {@link ContentNotFoundException}, as it is without encryption. Short data is never handed out in silence.
 */
public final class EncryptedContentRepository implements ContentRepository {
    /** What the data keys of claims are for. */
    static final String PURPOSE = "nifi-replay content";

    private static final Logger LOG = LoggerFactory.getLogger(EncryptedContentRepository.class);
    private static final String ALWAYS_SYNC = "nifi.content.repository.always.sync";

    /** NiFi 2.10 and later may cut claims off a file's end, by offset and plain length: that would cut sealed ones short. */
    private static final String TRUNCATION = "nifi.content.claim.truncation.enabled";

    private final FileSystemRepository repository;
    private final ClaimFiles files;
    private final StreamKeys keys;
    private final WritableFiles writers;
    private final SwitchOn switchOn;
    private final boolean alwaysSync;
    private final ScheduledExecutorService upkeep = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
            .name("Encrypted Content Repository Upkeep")
            .daemon()
            .factory());
    /** What comes after the shutdown is left to the sync at the end of a claim. */
    private final ExecutorService earlySyncs = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform()
                    .name("Encrypted Content Repository Early Sync")
                    .daemon()
                    .factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    /**
     * Opens the repository that {@code nifi.properties} describes.
     *
     * @throws IOException when the keys cannot be read, which is found before anything is written, or the repository cannot
     *     be opened; NiFi does not start then
     */
    public EncryptedContentRepository(NiFiProperties properties) throws IOException {
        this(properties, EncryptionSettings.of(properties), InstantSource.system(), new SecureRandom());
    }

    EncryptedContentRepository(
            NiFiProperties properties, EncryptionSettings settings, InstantSource clock, SecureRandom random)
            throws IOException {
        Map<String, Path> containers = properties.getContentRepositoryPaths();
        this.switchOn = SwitchOn.open(containers, settings.keyring(), settings.readPlainClaims(), clock, random);
        this.repository = new FileSystemRepository(withoutTruncation(properties));
        this.files = new ClaimFiles(containers, System::nanoTime);
        this.keys = new StreamKeys(settings.keyring(), PURPOSE);
        this.writers = new WritableFiles(settings.keyring(), random);
        this.alwaysSync = Boolean.parseBoolean(properties.getProperty(ALWAYS_SYNC));
        LOG.info(
                "The content repository seals new claims with the key '{}' and opens those of {}",
                settings.keyring().activeId(),
                settings.keyring().ids());
    }

    private static NiFiProperties withoutTruncation(NiFiProperties properties) {
        Map<String, String> all = new HashMap<>();
        properties.getPropertyKeys().forEach(name -> all.put(name, properties.getProperty(name)));
        all.put(TRUNCATION, "false");
        return new NiFiProperties(all);
    }

    @Override
    public void initialize(ContentRepositoryContext context) {
        repository.initialize(context);
        upkeep.scheduleWithFixedDelay(this::closeOldFiles, 1, 1, TimeUnit.SECONDS);
    }

    private void closeOldFiles() {
        try {
            files.idle().closeOld();
        } catch (IOException e) {
            LOG.warn("A file of the content repository could not be closed after it was read", e);
        }
    }

    @Override
    public void shutdown() {
        repository.shutdown();
        upkeep.shutdown();
        earlySyncs.shutdown();
        try {
            files.idle().close();
        } catch (IOException e) {
            LOG.warn("Files of the content repository could not be closed", e);
        }
    }

    @Override
    public Set<String> getContainerNames() {
        return repository.getContainerNames();
    }

    @Override
    public long getContainerCapacity(String containerName) throws IOException {
        return repository.getContainerCapacity(containerName);
    }

    @Override
    public long getContainerUsableSpace(String containerName) throws IOException {
        return repository.getContainerUsableSpace(containerName);
    }

    @Override
    public String getContainerFileStoreName(String containerName) {
        return repository.getContainerFileStoreName(containerName);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException also while the clock is behind the time at which encryption was switched on: a new file could not
     *     be told from those of before
     */
    @Override
    public ContentClaim create(boolean lossTolerant) throws IOException {
        if (switchOn.isBehind()) {
            throw clockIsBehind();
        }
        ContentClaim claim = repository.create(lossTolerant);
        if (switchOn.isOlder(claim.getResourceClaim())) {
            repository.decrementClaimantCount(claim);
            throw clockIsBehind();
        }
        return claim;
    }

    private IOException clockIsBehind() {
        return new IOException("The clock is behind " + switchOn.time().orElseThrow()
                + ", when encryption of the content repository was switched on: set the clock right, nothing is written"
                + " until then");
    }

    @Override
    public int incrementClaimaintCount(ContentClaim claim) {
        return repository.incrementClaimaintCount(claim);
    }

    @Override
    public int getClaimantCount(ContentClaim claim) {
        return repository.getClaimantCount(claim);
    }

    @Override
    public int decrementClaimantCount(ContentClaim claim) {
        return repository.decrementClaimantCount(claim);
    }

    @Override
    public boolean remove(ContentClaim claim) {
        boolean removed = repository.remove(claim);
        if (removed) {
            writers.forgetFrozen(claim.getResourceClaim());
            dropIdle(claim.getResourceClaim());
        }
        return removed;
    }

    private void dropIdle(ResourceClaim resource) {
        try {
            files.idle().drop(resource);
        } catch (IOException e) {
            LOG.warn("The file {} could not be closed after it was removed", ClaimNames.name(resource), e);
        }
    }

    @Override
    public ContentClaim clone(ContentClaim original, boolean lossTolerant) throws IOException {
        if (original == null) {
            return null;
        }
        ContentClaim copy = create(lossTolerant);
        boolean copied = false;
        try {
            try (InputStream in = read(original);
                    OutputStream out = write(copy)) {
                StreamUtils.copy(in, out);
            }
            copied = true;
            return copy;
        } finally {
            if (!copied) {
                decrementClaimantCount(copy);
                remove(copy);
            }
        }
    }

    @Override
    public long importFrom(Path content, ContentClaim claim) throws IOException {
        try (InputStream in = Files.newInputStream(content)) {
            return importFrom(in, claim);
        }
    }

    @Override
    public long importFrom(InputStream content, ContentClaim claim) throws IOException {
        try (OutputStream out = write(claim)) {
            return StreamUtils.copy(content, out);
        }
    }

    @Override
    public long exportTo(ContentClaim claim, Path destination, boolean append) throws IOException {
        if (claim == null) {
            return exportNothing(destination, append);
        }
        try (InputStream in = read(claim);
                FileOutputStream out = new FileOutputStream(destination.toFile(), append)) {
            long copied = StreamUtils.copy(in, out);
            sync(out);
            return copied;
        }
    }

    @Override
    public long exportTo(ContentClaim claim, Path destination, boolean append, long offset, long length)
            throws IOException {
        if (claim == null && offset > 0) {
            throw new IllegalArgumentException("Cannot specify an offset of " + offset + " for a null claim");
        }
        if (claim == null) {
            return exportNothing(destination, append);
        }
        requireWithin(claim, offset);
        try (InputStream in = read(claim);
                FileOutputStream out = new FileOutputStream(destination.toFile(), append)) {
            copy(claim, in, out, offset, length);
            sync(out);
            return length;
        }
    }

    private static long exportNothing(Path destination, boolean append) throws IOException {
        if (!append) {
            Files.createFile(destination);
        }
        return 0;
    }

    private void sync(FileOutputStream out) throws IOException {
        if (alwaysSync) {
            out.getFD().sync();
        }
    }

    @Override
    public long exportTo(ContentClaim claim, OutputStream destination) throws IOException {
        if (claim == null) {
            return 0;
        }
        try (InputStream in = read(claim)) {
            return StreamUtils.copy(in, destination);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @return {@code length}, 0 of no claim
     * @throws ContentNotFoundException when the claim has fewer bytes than that; NiFi's file repository copies what there is
     */
    @Override
    public long exportTo(ContentClaim claim, OutputStream destination, long offset, long length) throws IOException {
        requireWithin(claim, offset);
        if (claim == null) {
            return 0;
        }
        try (InputStream in = read(claim)) {
            copy(claim, in, destination, offset, length);
            return length;
        }
    }

    private void requireWithin(ContentClaim claim, long offset) throws IOException {
        if (offset < 0) {
            throw new IllegalArgumentException("An offset cannot be negative, as " + offset + " is");
        }
        long size = size(claim);
        if (offset > size) {
            throw new IllegalArgumentException("An offset of " + offset + " is beyond the claim's size of " + size);
        }
    }

    private static void copy(ContentClaim claim, InputStream in, OutputStream out, long offset, long length)
            throws IOException {
        StreamUtils.skip(in, offset);
        byte[] buffer = new byte[Math.clamp(length, 1, 1 << 16)];
        long copied = 0;
        while (copied < length) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, length - copied));
            if (count < 0) {
                throw new ContentNotFoundException(
                        claim,
                        ClaimNames.of(claim) + " has " + copied + " bytes from " + offset + " on, not " + length);
            }
            out.write(buffer, 0, count);
            copied += count;
        }
    }

    @Override
    public long size(ContentClaim claim) throws IOException {
        if (claim == null || claim.getLength() >= 0) {
            return claim == null ? 0 : claim.getLength();
        }
        if (switchOn.isPlain(claim.getResourceClaim())) {
            return repository.size(claim);
        }
        return ClaimReading.length(claim, openSealed(claim), files.idle(), keys, writers);
    }

    /** The size of the file, sealed as it is. */
    @Override
    public long size(ResourceClaim claim) throws IOException {
        return repository.size(claim);
    }

    @Override
    public InputStream read(ContentClaim claim) throws IOException {
        if (claim == null) {
            return new ByteArrayInputStream(new byte[0]);
        }
        if (switchOn.isPlain(claim.getResourceClaim())) {
            return repository.read(claim);
        }
        return ClaimReading.open(claim, openSealed(claim), files.idle(), keys, writers);
    }

    private ClaimFile openSealed(ContentClaim claim) throws IOException {
        ClaimFile file = files.open(claim);
        if (switchOn.isOlder(claim.getResourceClaim())) {
            file.close();
            throw new IOException(ClaimNames.of(claim) + " is from before encryption was switched on, "
                    + switchOn.time().orElseThrow() + ", and so it is plain: to have it read, set "
                    + EncryptionSettings.READ_PLAIN_CLAIMS + "=true in nifi.properties until such claims are gone");
        }
        return file;
    }

    /**
     * Not supported: what lies between the claims of a file is no content. Sessions ask
     * {@link #isResourceClaimStreamSupported()} first.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public InputStream read(ResourceClaim claim) {
        throw new UnsupportedOperationException(
                "An encrypted content repository has no stream over a whole resource claim: read its content claims");
    }

    @Override
    public boolean isResourceClaimStreamSupported() {
        return false;
    }

    @Override
    public OutputStream write(ContentClaim claimToWrite) throws IOException {
        StandardContentClaim claim = FileSystemRepository.validateContentClaimForWriting(claimToWrite);
        StandardContentClaim filed = new StandardContentClaim(claim.getResourceClaim(), claim.getOffset());
        return new SealedClaimOutputStream(this::incrementClaimaintCount, writers, filed, sink(filed), claim);
    }

    private OutputStream sink(ContentClaim filed) throws IOException {
        OutputStream sink = repository.write(filed);
        ResourceClaim resource = filed.getResourceClaim();
        return alwaysSync ? new EarlySync(sink, () -> files.sync(resource), earlySyncs) : sink;
    }

    @Override
    public void purge() {
        repository.purge();
        writers.forgetAll();
        try {
            switchOn.write();
        } catch (IOException e) {
            throw new UncheckedIOException("The content repository was purged, but not made usable again", e);
        }
    }

    /** How many files have a key epoch. */
    int writableFiles() {
        return writers.size();
    }

    @Override
    public void cleanup() {
        repository.cleanup();
    }

    @Override
    public boolean isAccessible(ContentClaim contentClaim) {
        return repository.isAccessible(contentClaim);
    }

    @Override
    public Set<ResourceClaim> getActiveResourceClaims(String containerName) {
        return repository.getActiveResourceClaims(containerName);
    }

    @Override
    public boolean isActiveResourceClaimsSupported() {
        return repository.isActiveResourceClaimsSupported();
    }
}
