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
package io.nifireplay.systemtest.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * NARs that NiFi unpacked at an earlier start, lent to the next home as hard links. NiFi compares each with the digest
 * of its NAR at the start, and unlinks and unpacks again what differs, so a stale one costs time and nothing else.
 */
final class UnpackedNars {
    private UnpackedNars() {}

    static void lend(Path store, Path work) {
        for (Path kind : Distribution.list(store)) {
            for (Path nar : Distribution.list(kind)) {
                if (!nar.getFileName().toString().startsWith(".")) {
                    linkTree(nar, work.resolve(kind.getFileName()).resolve(nar.getFileName()));
                }
            }
        }
    }

    static void keep(Path work, Path store) {
        for (Path kind : Distribution.list(work)) {
            for (Path nar : Distribution.list(kind)) {
                Path kept = store.resolve(kind.getFileName()).resolve(nar.getFileName());
                if (!nar.getFileName().toString().startsWith(Distribution.OWN_NAR_PREFIX) && !Files.exists(kept)) {
                    publish(nar, kept);
                }
            }
        }
    }

    /** Appears whole or not at all, for others may do the same at the same time. */
    private static void publish(Path nar, Path kept) {
        Path draft = kept.resolveSibling("." + UUID.randomUUID());
        linkTree(nar, draft);
        try {
            Files.move(draft, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another run was faster; its copy serves as well.
            Homes.delete(draft);
        }
    }

    private static void linkTree(Path source, Path target) {
        try (Stream<Path> tree = Files.walk(source)) {
            tree.forEach(file -> {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    NiFiHome.create(copy);
                } else {
                    NiFiHome.link(file, copy);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot link " + source + " to " + target, e);
        }
    }
}
