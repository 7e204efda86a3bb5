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
package io.nifireplay.audit.entry;

import io.nifireplay.audit.merkle.Frontier;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.InclusionProof;
import io.nifireplay.audit.merkle.MerkleTree;
import io.nifireplay.audit.merkle.TreeHasher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Events that were admitted or completed together. Positions rise by one, so a batch is mostly a few runs, and these name
 * every event; only a batch of more runs than fit is cut, and then its ids must be kept elsewhere to prove that an event was
 * in it. The Merkle root (RFC 6962) is over the ids ({@link EventPlace#toString}) in the order of partition and position.
 *
 * @param journal id of the journal
 * @param count of all events
 * @param root over all of them
 * @param runs the first ones
 */
public record EventBatch(String journal, long count, Hash root, List<Run> runs) {
    /** How many runs an entry lists at most. */
    public static final int MAX_RUNS = 256;
    /** How many bytes the partitions' names of all listed runs have at most. */
    static final int MAX_RUN_BYTES = 16 * 1024;

    /**
     * Events at consecutive positions.
     *
     * @param partition of all of them
     * @param from the first position
     * @param to the last position, inclusive
     */
    public record Run(String partition, long from, long to) {
        long length() {
            return to - from + 1;
        }

        boolean contains(EventPlace place) {
            return partition.equals(place.partition()) && from <= place.position() && place.position() <= to;
        }
    }

    public EventBatch {
        runs = List.copyOf(runs);
    }

    /** @param places in any order; the same one twice is one */
    public static EventBatch of(String journal, Collection<EventPlace> places) {
        TreeSet<EventPlace> ordered = new TreeSet<>(places);
        List<Run> runs = runs(ordered);
        int listed = 0;
        int bytes = 0;
        while (listed < runs.size() && listed < MAX_RUNS) {
            bytes += FreeText.bytes(FreeText.of(runs.get(listed).partition()));
            if (bytes > MAX_RUN_BYTES) {
                break;
            }
            listed++;
        }
        return new EventBatch(journal, ordered.size(), tree(ordered).root(ordered.size()), runs.subList(0, listed));
    }

    private static List<Run> runs(TreeSet<EventPlace> ordered) {
        List<Run> runs = new ArrayList<>();
        for (EventPlace place : ordered) {
            Optional<Run> last = runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast());
            if (last.isPresent()
                    && last.get().to() + 1 == place.position()
                    && last.get().partition().equals(place.partition())) {
                runs.set(runs.size() - 1, new Run(place.partition(), last.get().from(), place.position()));
            } else {
                runs.add(new Run(place.partition(), place.position(), place.position()));
            }
        }
        return runs;
    }

    private static MerkleTree<RuntimeException> tree(Collection<EventPlace> ordered) {
        TreeHasher hasher = new TreeHasher();
        return MerkleTree.of(
                ordered.stream().map(place -> hasher.leaf(place.leaf())).toList());
    }

    /** How many events the listed runs name; as many as there are numbers when they name more. */
    public long named() {
        long named = 0;
        for (Run run : runs) {
            named += run.length();
            if (named < 0) {
                return Long.MAX_VALUE;
            }
        }
        return named;
    }

    /** Whether the listed runs name all events of the batch. */
    public boolean isWhole() {
        return named() == count;
    }

    /** Whether there are more events than the listed runs name, and no room for another run. */
    public boolean isCut() {
        int bytes = runs.stream()
                .mapToInt(run -> FreeText.bytes(FreeText.of(run.partition())))
                .sum();
        return named() < count && (runs.size() == MAX_RUNS || bytes + FreeText.MAX_BYTES > MAX_RUN_BYTES);
    }

    /** Whether the runs stand in the order of partition and position, each as long as it can be. */
    public boolean isOrdered() {
        Optional<Run> before = Optional.empty();
        for (Run run : runs) {
            int partitions = before.map(Run::partition).orElse("").compareTo(run.partition());
            boolean follows = before.isEmpty()
                    || partitions < 0
                    || partitions == 0 && before.get().to() + 1 < run.from();
            if (!follows || run.from() < 1 || run.to() < run.from()) {
                return false;
            }
            before = Optional.of(run);
        }
        return true;
    }

    /** Whether the listed runs name an event. */
    public boolean names(EventPlace place) {
        return runs.stream().anyMatch(run -> run.contains(place));
    }

    /** Whether the root is the one of what the listed runs name; false too when they do not name all. */
    public boolean fitsItsRuns() {
        return isWhole() && isOrdered() && named(new TreeHasher()).root(count).equals(root);
    }

    /** The tree over what the runs name. They may be long: what is asked for is hashed anew each time, and nothing is kept. */
    private MerkleTree<RuntimeException> named(TreeHasher hasher) {
        return new MerkleTree<>((level, index) -> root(hasher, index << level, 1L << level), named());
    }

    private Hash root(TreeHasher hasher, long first, long length) {
        Frontier frontier = new Frontier();
        long before = 0;
        for (Run run : runs) {
            long end = Math.min(first + length - before, run.length());
            for (long i = Math.max(first - before, 0); i < end; i++) {
                frontier.append(hasher.leaf(new EventPlace(run.partition(), run.from() + i).leaf()));
            }
            before += run.length();
        }
        return frontier.root();
    }

    /**
     * That an event is in this batch, by its runs alone.
     *
     * @return empty when the runs do not name it, or not all of the batch, or do not fit the root
     */
    public Optional<InclusionProof> proof(EventPlace place) {
        if (!isWhole() || !isOrdered()) {
            return Optional.empty();
        }
        long before = 0;
        for (Run run : runs) {
            if (run.contains(place)) {
                InclusionProof proof = named(new TreeHasher()).inclusion(before + place.position() - run.from(), count);
                return contains(place, proof) ? Optional.of(proof) : Optional.empty();
            }
            before += run.length();
        }
        return Optional.empty();
    }

    /**
     * That an event is in a batch.
     *
     * @param places all events of the batch: those of its runs, or, when it is cut, from where they were kept
     * @throws IllegalArgumentException when the event is not among them
     */
    public static InclusionProof proof(Collection<EventPlace> places, EventPlace place) {
        TreeSet<EventPlace> ordered = new TreeSet<>(places);
        if (!ordered.contains(place)) {
            throw new IllegalArgumentException("The event " + place + " is not in the batch");
        }
        return tree(ordered).inclusion(ordered.headSet(place).size(), ordered.size());
    }

    /** Whether a proof shows that an event is in this batch. */
    public boolean contains(EventPlace place, InclusionProof proof) {
        return proof.size() == count && proof.proves(new TreeHasher().leaf(place.leaf()), root);
    }
}
