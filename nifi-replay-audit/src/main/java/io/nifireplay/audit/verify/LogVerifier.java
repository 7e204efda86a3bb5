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
package io.nifireplay.audit.verify;

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.InclusionProof;
import io.nifireplay.audit.merkle.MerkleTree;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.MalformedTileException;
import io.nifireplay.audit.tiles.TileDirectory;
import io.nifireplay.audit.tiles.TilePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Verifies a log: hashes every entry, builds the tree anew, and compares it with the tiles, with the signed checkpoint, and with
 * checkpoints that were held elsewhere. A log that is being written meanwhile may be verified: the checkpoint is read first, and
 * what the files have beyond it is left aside.
 */
public final class LogVerifier {
    private static final String CHECKPOINT = "checkpoint";
    /** A log that lacks so many of its files is not looked at file by file. */
    private static final long MAX_TIMES_PRESENT = 100;

    private final VerificationRequest request;
    private final TileDirectory store;
    private final Findings findings = new Findings();
    private final OtherWidths otherWidths;
    private final BatchCheck batches = new BatchCheck(findings);
    private final KeyHistory keys = new KeyHistory(findings);
    private final Optional<EventSearch> search;
    private final List<Long> matches = new ArrayList<>();
    private final List<Misfit> misfits = new ArrayList<>();
    private final AtomicLong recomputed = new AtomicLong();
    private long size;
    private LogFiles files;
    private byte[] bundleRoots;
    private volatile boolean isComputable = true;

    /** A place at which a tile does not have what was computed. */
    private record Misfit(long first, long last, String file) {
        private boolean surrounds(Misfit other) {
            return first <= other.first && other.last <= last && other.last - other.first < last - first;
        }
    }

    private LogVerifier(VerificationRequest request) {
        this.request = request;
        store = new TileDirectory(request.directory());
        otherWidths = new OtherWidths(store, findings);
        search = request.event().map(EventSearch::new);
    }

    /**
     * Verifies.
     *
     * @throws IOException when a file cannot be read, or checkpoints were given and the log, which fits itself, could be compared
     *     with none of them: nothing is said of the log then
     */
    public static VerificationReport verify(VerificationRequest request) throws IOException {
        return new LogVerifier(request).verify();
    }

    private VerificationReport verify() throws IOException {
        Optional<byte[]> file = store.read(CHECKPOINT);
        if (file.isEmpty()) {
            findings.add(Problem.inFile(
                    CHECKPOINT, "There is none in " + request.directory() + ": it was removed, or this is no log"));
            return report(Optional.empty(), List.of(), List.of());
        }
        SignedCheckpoint checkpoint;
        try {
            checkpoint = SignedCheckpoint.parse(file.get());
        } catch (MalformedNoteException e) {
            findings.add(Problem.inFile(CHECKPOINT, "It is no checkpoint: " + e.getMessage()));
            return report(Optional.empty(), List.of(), List.of());
        }
        size = checkpoint.head().size();
        files = LogFiles.list(request.directory());
        files.strays()
                .forEach(stray ->
                        findings.add(Problem.inFile(stray, "No log has such a file: it does not belong there")));
        if (!isPlausible()) {
            return report(Optional.of(checkpoint), List.of(), List.of());
        }
        bundleRoots = new byte[Math.toIntExact(size / TilePath.FULL * Hash.BYTES)];
        checkBundles();
        batches.tellWhatIsLeft();
        if (!isComputable) {
            findings.unchecked("whether the entries are those that were signed, since some are missing");
            return report(Optional.of(checkpoint), List.of(), List.of());
        }
        ComputedTree computed = new ComputedTree(size, bundleRoots, this::leafHashes);
        MerkleTree<IOException> tree = computed.tree();
        checkUpperTiles(computed);
        noteFilesBeyond();
        checkRoot(checkpoint, tree);
        KeyHistory.Signers signers = keys.follow(request.keys(), tree, CHECKPOINT);
        FileCheck.checkpoint(file.get(), request.key().name(), signers.signers())
                .ifPresent(wrong -> findings.add(Problem.inFile(CHECKPOINT, wrong)));
        List<VerificationReport.Compared> compared = compareHeld(tree, signers);
        if (!request.held().isEmpty() && compared.isEmpty() && findings.isEmpty()) {
            // It may fit itself and be another log than the one whose checkpoints are held.
            throw new IOException("None of the checkpoints that are held elsewhere is one of "
                    + request.key().name()
                    + ", so that nothing could be compared: "
                    + String.join("; ", findings.unchecked()));
        }
        return report(Optional.of(checkpoint), compared, found(tree, checkpoint));
    }

    /** A damaged or forged size is not believed: it would cost more memory or time than there is. */
    private boolean isPlausible() {
        long last = (size - 1) / TilePath.FULL;
        if (size > 0 && files.widths(TilePath.ENTRIES, last).isEmpty()) {
            long present = files.from(TilePath.ENTRIES, 0).stream()
                    .mapToLong(path -> path.index() * TilePath.FULL + path.width())
                    .max()
                    .orElse(0);
            if (present < size) {
                findings.add(Problem.inEntries(
                        present,
                        size - 1,
                        CHECKPOINT,
                        "It speaks of " + size + " entries; behind " + present + " there are none"));
                return false;
            }
        }
        long bundles = (size - 1) / TilePath.FULL + 1;
        long present = files.count(TilePath.ENTRIES);
        if (size > 0 && bundles > MAX_TIMES_PRESENT * (present + 1)) {
            findings.add(Problem.inFile(
                    CHECKPOINT, "It speaks of " + bundles + " files of entries; only " + present + " are there"));
            return false;
        }
        return true;
    }

    private void checkBundles() throws IOException {
        long bundles = (size + TilePath.FULL - 1) / TilePath.FULL;
        AtomicLong next = new AtomicLong();
        try (ExecutorService workers = Executors.newFixedThreadPool(request.threads())) {
            List<Future<?>> running = IntStream.range(0, request.threads())
                    .<Future<?>>mapToObj(thread -> workers.submit(() -> {
                        FileCheck check = new FileCheck();
                        for (long index = next.getAndIncrement(); index < bundles; index = next.getAndIncrement()) {
                            checkBundle(check, index);
                        }
                        return null;
                    }))
                    .toList();
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The verification was interrupted", e);
        }
    }

    /** How many entries or hashes of a tile the checkpoint covers. */
    private int covered(int level, long index) {
        return (int) Math.min(TilePath.FULL, TilePath.hashes(level, size) - index * TilePath.FULL);
    }

    /** The file of the width that the checkpoint asks for, or the full one in its place. */
    private Optional<TilePath> present(int level, long index) {
        int width = covered(level, index);
        List<Integer> widths = files.widths(level, index);
        return widths.contains(width)
                ? Optional.of(new TilePath(level, index, width))
                : widths.contains(TilePath.FULL) ? Optional.of(TilePath.full(level, index)) : Optional.empty();
    }

    private void checkBundle(FileCheck check, long index) throws IOException {
        int width = covered(TilePath.ENTRIES, index);
        Optional<TilePath> tilePath = present(0, index);
        byte[] tile = tilePath.isPresent() ? store.read(tilePath.get()).orElse(new byte[0]) : new byte[0];
        Optional<TilePath> bundlePath = present(TilePath.ENTRIES, index);
        Optional<byte[]> bytes = bundlePath.isPresent() ? store.read(bundlePath.get()) : Optional.empty();
        byte[] row;
        if (bytes.isEmpty()) {
            missing(new TilePath(TilePath.ENTRIES, index, width));
            row = instead(tile, width);
        } else {
            row = checkEntries(check, bundlePath.get(), bytes.get(), tile, width);
            otherWidths.checkEntries(others(TilePath.ENTRIES, index), bytes.get());
        }
        if (row.length == 0) {
            isComputable = false;
            return;
        }
        if (tilePath.isEmpty()) {
            missing(new TilePath(0, index, width));
        } else {
            compareTile(tilePath.get(), tile, row, 0);
        }
        otherWidths.checkHashes(others(0, index), row);
        if (width == TilePath.FULL) {
            check.hasher().perfect(row, 0, TilePath.FULL).copyTo(bundleRoots, (int) index * Hash.BYTES);
        }
    }

    /** What a tile says of entries that cannot be read, so that all others can be checked; nothing when it does not. */
    private static byte[] instead(byte[] tile, int width) {
        return tile.length >= width * Hash.BYTES ? Arrays.copyOf(tile, width * Hash.BYTES) : new byte[0];
    }

    private void missing(TilePath path) {
        long first = path.index() * TilePath.FULL;
        findings.add(
                path.isEntries()
                        ? Problem.inEntries(
                                first,
                                first + path.width() - 1,
                                path.toString(),
                                "The file of these entries is missing")
                        : Problem.inFile(path.toString(), "It is missing"));
    }

    /** Checks the entries of a bundle and yields their leaf hashes; nothing when they cannot be told. */
    private byte[] checkEntries(FileCheck check, TilePath path, byte[] bytes, byte[] tile, int width) {
        long first = path.index() * TilePath.FULL;
        EntryBundle bundle;
        try {
            bundle = FileCheck.bundle(bytes, path.width());
        } catch (MalformedTileException e) {
            long entry = first + firstMisfitBeforeDamage(check, bytes, tile, width);
            findings.add(Problem.inEntry(entry, path.toString(), "The file is damaged: " + e.getMessage()));
            return instead(tile, width);
        }
        for (int i = 0; i < width; i++) {
            if (!check.isEntry(bundle, i)) {
                findings.add(Problem.inEntry(
                        first + i, path.toString(), "It is no entry in canonical JSON (RFC 8785) with an action"));
            }
            if (BatchCheck.isAboutEvents(bytes, bundle.start(i), bundle.length(i))) {
                batches.check(first + i, path.toString(), bundle.entry(i));
            }
            if (KeyHistory.isAboutKeys(bytes, bundle.start(i), bundle.length(i))) {
                keys.add(first + i, bundle.entry(i));
            }
            if (search.isPresent() && search.get().matches(bundle.entry(i))) {
                addMatch(first + i);
            }
        }
        recomputed.addAndGet(width);
        return bundle.leafHashes(check.hasher(), 0, width);
    }

    private synchronized void addMatch(long index) {
        matches.add(index);
    }

    /** Within a file whose framing is broken, the first entry whose hash is not the one of the tile. */
    private static int firstMisfitBeforeDamage(FileCheck check, byte[] bytes, byte[] tile, int width) {
        int at = 0;
        byte[] hash = new byte[Hash.BYTES];
        for (int i = 0; i < width; i++) {
            if (at + Short.BYTES > bytes.length) {
                return i;
            }
            int length = (bytes[at] & 0xFF) << Byte.SIZE | bytes[at + 1] & 0xFF;
            at += Short.BYTES;
            if (at + length > bytes.length) {
                return i;
            }
            check.hasher().leaf(bytes, at, length, hash, 0);
            if (FileCheck.firstMisfit(hash, tile, i).isPresent()) {
                return i;
            }
            at += length;
        }
        return width - 1;
    }

    private void compareTile(TilePath path, byte[] tile, byte[] row, int level) {
        if (tile.length != path.width() * Hash.BYTES) {
            findings.add(Problem.inFile(
                    path.toString(),
                    "It has " + tile.length + " bytes, not " + path.width() * Hash.BYTES + " for its hashes"));
        }
        OptionalInt misfit = FileCheck.firstMisfit(row, tile, 0);
        if (misfit.isPresent()) {
            long span = 1L << (TilePath.HEIGHT * level);
            long first = (path.index() * TilePath.FULL + misfit.getAsInt()) * span;
            addMisfit(new Misfit(first, first + span - 1, path.toString()));
        }
    }

    private synchronized void addMisfit(Misfit misfit) {
        misfits.add(misfit);
    }

    /** The files of a tile but for the one that is checked. */
    private List<TilePath> others(int level, long index) {
        Optional<TilePath> checked = present(level, index);
        return files.widths(level, index).stream()
                .map(width -> new TilePath(level, index, width))
                .filter(path -> !checked.equals(Optional.of(path)))
                .toList();
    }

    private void checkUpperTiles(ComputedTree computed) throws IOException {
        for (int level = 1; level < TilePath.LEVELS && TilePath.hashes(level, size) > 0; level++) {
            byte[] row = computed.level(level);
            long tiles = (TilePath.hashes(level, size) + TilePath.FULL - 1) / TilePath.FULL;
            for (long index = 0; index < tiles; index++) {
                byte[] hashes = ComputedTree.tile(row, index);
                Optional<TilePath> path = present(level, index);
                if (path.isEmpty()) {
                    missing(new TilePath(level, index, covered(level, index)));
                } else {
                    compareTile(path.get(), store.read(path.get()).orElse(new byte[0]), hashes, level);
                }
                otherWidths.checkHashes(others(level, index), hashes);
            }
        }
    }

    private void noteFilesBeyond() {
        long beyond = 0;
        for (int level = TilePath.ENTRIES; level < TilePath.LEVELS; level++) {
            long hashes = TilePath.hashes(level, size);
            long tiles = (hashes + TilePath.FULL - 1) / TilePath.FULL;
            beyond += files.from(level, tiles).size();
            if (tiles > 0) {
                int width = covered(level, tiles - 1);
                beyond += files.widths(level, tiles - 1).stream()
                        .filter(each -> each > width)
                        .count();
            }
        }
        if (beyond > 0) {
            findings.note(
                    beyond + " files have more than the checkpoint covers, as in a log that is being written; of these"
                            + " only what it covers was checked");
        }
    }

    private byte[] leafHashes(long index) throws IOException {
        int width = covered(TilePath.ENTRIES, index);
        Optional<TilePath> path = present(TilePath.ENTRIES, index);
        Optional<byte[]> bytes = path.isPresent() ? store.read(path.get()) : Optional.empty();
        if (bytes.isPresent()) {
            try {
                return FileCheck.bundle(bytes.get(), path.get().width()).leafHashes(new FileCheck().hasher(), 0, width);
            } catch (MalformedTileException e) {
                // Reported already; the tile stands for the entries, as it did then.
            }
        }
        Optional<TilePath> tile = present(0, index);
        byte[] row = tile.isPresent() ? instead(store.read(tile.get()).orElse(new byte[0]), width) : new byte[0];
        if (row.length == 0) {
            throw new IOException("The files of the log in " + request.directory() + " change while they are verified");
        }
        return row;
    }

    private void checkRoot(SignedCheckpoint checkpoint, MerkleTree<IOException> tree) throws IOException {
        boolean fits = tree.root(size).equals(checkpoint.head().root());
        // A tile above does not fit where one below does not: the one below says it more exactly.
        List<Misfit> ordered = misfits.stream()
                .filter(misfit -> misfits.stream().noneMatch(misfit::surrounds))
                .sorted(Comparator.comparingLong(Misfit::first))
                .toList();
        for (Misfit misfit : ordered) {
            findings.add(Problem.inEntries(
                    misfit.first(),
                    Math.min(misfit.last(), size - 1),
                    misfit.file(),
                    fits
                            ? "The tile was changed: it has another hash than the entries, and these are the ones that were"
                                    + " signed"
                            : "The hash in the tile is not the one of the entries"));
        }
        if (!fits && ordered.isEmpty()) {
            rootOfNone(tree);
        }
    }

    /** Tiles and entries fit each other and not the checkpoint: only what others hold can tell where it begins. */
    private void rootOfNone(MerkleTree<IOException> tree) throws IOException {
        long agreed = 0;
        OptionalLong disagreed = OptionalLong.empty();
        List<HeldCheckpoint> ordered = request.held().stream()
                .filter(held -> held.checkpoint().head().size() <= size)
                .sorted(Comparator.comparingLong(
                        held -> held.checkpoint().head().size()))
                .toList();
        for (HeldCheckpoint held : ordered) {
            TreeHead head = held.checkpoint().head();
            if (disagreed.isEmpty()) {
                if (tree.root(head.size()).equals(head.root())) {
                    agreed = head.size();
                } else {
                    disagreed = OptionalLong.of(head.size());
                }
            }
        }
        long last = Math.max(agreed, disagreed.orElse(size) - 1);
        findings.add(
                size == 0
                        ? Problem.inFile(CHECKPOINT, "Its root is not the one of the empty tree")
                        : Problem.inEntries(
                                Math.min(agreed, size - 1),
                                Math.min(last, size - 1),
                                CHECKPOINT,
                                "The entries have another root than the checkpoint"));
    }

    private List<VerificationReport.Compared> compareHeld(MerkleTree<IOException> tree, KeyHistory.Signers signers)
            throws IOException {
        if (request.held().isEmpty()) {
            findings.unchecked("whether the end was cut off or the whole log exchanged for an older or another one: no"
                    + " checkpoint from elsewhere was given (--since)");
        }
        List<VerificationReport.Compared> compared = new ArrayList<>();
        int bySignerOfFirst = 0;
        for (HeldCheckpoint held : request.held()) {
            SignedCheckpoint checkpoint = held.checkpoint();
            TreeHead head = checkpoint.head();
            if (!checkpoint.checkpoint().origin().equals(request.key().name())) {
                findings.unchecked(held.source() + ": it is of another log, "
                        + checkpoint.checkpoint().origin());
            } else if (!signers.haveSigned(checkpoint.note())) {
                boolean fits = head.size() <= size && tree.root(head.size()).equals(head.root());
                if (fits && signers.namesFirst(checkpoint.note())) {
                    bySignerOfFirst++;
                    compared.add(new VerificationReport.Compared(held.source(), head.size(), held.time()));
                } else {
                    findings.add(signedByNone(held, fits, agreed(compared)));
                }
            } else if (head.size() > size) {
                findings.add(new Problem(
                        Optional.of(new Problem.Range(size, head.size() - 1)),
                        Optional.of(CHECKPOINT),
                        "The log was cut off, or is older: it has " + size + " entries, and had " + head.size()
                                + " according to " + held.source()));
            } else if (!tree.root(head.size()).equals(head.root())) {
                findings.add(new Problem(
                        Optional.of(new Problem.Range(agreed(compared), Math.max(agreed(compared), head.size() - 1))),
                        Optional.empty(),
                        "The first " + head.size() + " entries are not those of " + held.source()));
            } else {
                compared.add(new VerificationReport.Compared(held.source(), head.size(), held.time()));
            }
        }
        if (bySignerOfFirst > 0) {
            findings.unchecked(
                    "the signatures of " + bySignerOfFirst + " checkpoints with which the log agrees, by the key "
                            + signers.first().orElseThrow().key()
                            + " from before its first change of keys: the log does not have"
                            + " that key, give it too (--key)");
        }
        return compared;
    }

    /** What is held is believed until it is known better: an older log does not name the keys that came later. */
    private Problem signedByNone(HeldCheckpoint held, boolean fits, long agreed) {
        long had = held.checkpoint().head().size();
        String what = held.source() + " is signed by no key that was given or that the log names";
        if (fits) {
            return Problem.inFile(
                    CHECKPOINT, what + ", and agrees with the log: another key signs it, and it does not say so");
        }
        String perhaps =
                ", or this is no checkpoint of the log; if it has changed its key, give the key that has signed this"
                        + " too (--key)";
        return had > size
                ? new Problem(
                        Optional.of(new Problem.Range(size, had - 1)),
                        Optional.of(CHECKPOINT),
                        what + ". It is of " + had + " entries, and the log has " + size
                                + ": the log may have been rolled back to before its key was changed" + perhaps)
                : new Problem(
                        Optional.of(new Problem.Range(Math.min(agreed, had), Math.max(agreed, had - 1))),
                        Optional.empty(),
                        what + ". The first " + had + " entries are not those of it: what came before the log's key was"
                                + " changed may have been rewritten" + perhaps);
    }

    private static long agreed(List<VerificationReport.Compared> compared) {
        return compared.stream()
                .mapToLong(VerificationReport.Compared::size)
                .max()
                .orElse(0);
    }

    private List<VerificationReport.Found> found(MerkleTree<IOException> tree, SignedCheckpoint checkpoint)
            throws IOException {
        List<VerificationReport.Found> found = new ArrayList<>();
        for (long index : matches.stream().sorted().toList()) {
            InclusionProof proof = tree.inclusion(index, size);
            byte[] leaves = leafHashes(index / TilePath.FULL);
            Hash leaf = Hash.at(leaves, (int) (index % TilePath.FULL) * Hash.BYTES);
            if (proof.proves(leaf, checkpoint.head().root())) {
                found.add(found(index, proof));
            }
        }
        if (request.event().isPresent() && matches.isEmpty() && findings.isEmpty()) {
            findings.note("no entry names " + request.event().get()
                    + "; batches that were too long to list have their ids elsewhere");
        }
        return found;
    }

    private VerificationReport.Found found(long index, InclusionProof proof) throws IOException {
        String text = text(index);
        Optional<VerificationReport.InBatch> inBatch =
                request.event().flatMap(event -> BatchCheck.proof(text.getBytes(StandardCharsets.UTF_8), event));
        return new VerificationReport.Found(index, text, proof, inBatch);
    }

    private String text(long index) throws IOException {
        TilePath path = present(TilePath.ENTRIES, index / TilePath.FULL).orElseThrow();
        try {
            return new String(
                    FileCheck.bundle(store.read(path).orElse(new byte[0]), path.width())
                            .entry((int) (index % TilePath.FULL)),
                    StandardCharsets.UTF_8);
        } catch (MalformedTileException e) {
            throw new IOException(
                    "The files of the log in " + request.directory() + " change while they are verified", e);
        }
    }

    private VerificationReport report(
            Optional<SignedCheckpoint> checkpoint,
            List<VerificationReport.Compared> compared,
            List<VerificationReport.Found> found) {
        return new VerificationReport(
                checkpoint.map(each -> each.checkpoint().origin()),
                checkpoint.map(SignedCheckpoint::head),
                request.key().toString(),
                recomputed.get(),
                findings.problems(),
                findings.moreProblems(),
                findings.notes(),
                findings.unchecked(),
                compared,
                found,
                request.event());
    }
}
