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
package io.nifireplay.audit.log;

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.TileEdge;
import io.nifireplay.audit.tiles.TilePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of one checkpoint, before it is signed: entries go into tiles and bundles, these are written aside, synced,
 * and only then moved to where they are read. What is abandoned in the middle has changed nothing that a checkpoint covers.
 */
final class Publication {
    private final LogDirectory directory;
    private final TileEdge before;
    private final TileEdge edge;
    private final ByteArrayOutputStream bundle = new ByteArrayOutputStream(256 * 1024);
    private final List<Path> begun = new ArrayList<>();
    private final List<TilePath> paths = new ArrayList<>();

    /**
     * @param edge of the tree that is published; left as it is
     * @param partialBundle its last entries, as they stand in the bundle that is not full
     */
    Publication(LogDirectory directory, TileEdge edge, byte[] partialBundle) {
        this.directory = directory;
        this.before = edge;
        this.edge = edge.copy();
        bundle.writeBytes(partialBundle);
    }

    /** @param leafHashes of the entries, one behind the other */
    void add(List<byte[]> entries, byte[] leafHashes) throws IOException {
        for (int i = 0; i < entries.size(); i++) {
            byte[] entry = entries.get(i);
            if (entry.length > EntryBundle.MAX_ENTRY_BYTES) {
                throw new IllegalStateException("An entry that was acknowledged fits into a bundle");
            }
            bundle.write(entry.length >> Byte.SIZE);
            bundle.write(entry.length);
            bundle.writeBytes(entry);
            edge.append(leafHashes, i * Hash.BYTES, this::write);
            if (edge.leaves() == 0) {
                write(TilePath.full(TilePath.ENTRIES, edge.size() / TilePath.FULL - 1), bundle.toByteArray());
                bundle.reset();
            }
        }
    }

    /** Puts all files in their places, durably. */
    void finish() throws IOException {
        edge.partial(this::write);
        if (edge.leaves() > 0) {
            write(new TilePath(TilePath.ENTRIES, edge.size() / TilePath.FULL, edge.leaves()), bundle.toByteArray());
        }
        Durable.forEach(begun, Durable::sync);
        Set<Path> changed = new LinkedHashSet<>();
        for (int i = 0; i < begun.size(); i++) {
            Path place = directory.published().resolve(paths.get(i).toString());
            makeDirectories(place.getParent(), changed);
            Files.move(begun.get(i), place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            changed.add(place.getParent());
        }
        Durable.forEach(changed, Durable::syncDirectory);
        deleteOutgrown();
    }

    private void write(TilePath path, byte[] bytes) throws IOException {
        Path file = directory.publishing().resolve(Integer.toString(begun.size()));
        Durable.write(file, bytes, bytes.length);
        begun.add(file);
        paths.add(path);
    }

    private void makeDirectories(Path wanted, Set<Path> changed) throws IOException {
        if (changed.contains(wanted) || Files.isDirectory(wanted)) {
            return;
        }
        makeDirectories(wanted.getParent(), changed);
        Files.createDirectory(wanted);
        changed.add(wanted.getParent());
    }

    /** Partial tiles whose full one is there now may go (tlog-tiles, "Partial Tiles"); before, every one must stay. */
    private void deleteOutgrown() throws IOException {
        for (int level = TilePath.ENTRIES; level < TilePath.LEVELS; level++) {
            long outgrown = TilePath.hashes(level, before.size()) / TilePath.FULL;
            long current = TilePath.hashes(level, edge.size()) / TilePath.FULL;
            if (outgrown < current) {
                Path partials = directory.published().resolve(TilePath.full(level, outgrown) + ".p");
                deleteFolder(partials);
            }
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.delete(folder);
    }

    /** The edge of the tree with all that was added. */
    TileEdge edge() {
        return edge;
    }

    /** The bundle that is not full. */
    byte[] partialBundle() {
        return bundle.toByteArray();
    }
}
