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

import io.nifireplay.audit.entry.EntryJson;
import io.nifireplay.audit.json.JsonException;
import io.nifireplay.audit.json.JsonReader;
import io.nifireplay.audit.json.JsonValue.JsonObject;
import io.nifireplay.audit.merkle.MerkleTree;
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.NoteSignature;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SignedNote;
import io.nifireplay.audit.note.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which keys sign the log, by what the log itself says: a new key is announced by an entry, a checkpoint that covers this entry
 * is signed by the old and the new key, and an entry behind it carries that checkpoint. Who trusts the old key can follow.
 */
final class KeyHistory {
    private static final byte[] BEGINNING = "{\"action\":\"signing key ".getBytes(StandardCharsets.US_ASCII);

    private final TreeMap<Long, byte[]> entries = new TreeMap<>();
    private final Findings findings;

    /**
     * The keys of a log.
     *
     * @param signers each list is one way in which the last checkpoint may be signed
     * @param known keys that were given or are named by a hand-over
     * @param first how the key before the first hand-over signed it, where that key is not known: the log names the keys to
     *     which it was handed over, and of its first one has no more than this
     */
    record Signers(List<List<VerifierKey>> signers, Set<VerifierKey> known, Optional<NoteSignature> first) {
        /** Whether a known key has signed a checkpoint. */
        boolean haveSigned(SignedNote note) {
            return known.stream().anyMatch(note::isSignedBy);
        }

        /** Whether a checkpoint says that it is by the key before the first hand-over, which cannot be verified without it. */
        boolean namesFirst(SignedNote note) {
            return first.isPresent() && note.signatures().stream().anyMatch(first.get()::isOfSameKey);
        }
    }

    private record Announced(long index, VerifierKey key) {}

    private record Step(long index, VerifierKey key, SignedCheckpoint checkpoint) {
        boolean isSignedBy(VerifierKey before) {
            return checkpoint.note().isSignedByExactly(List.of(before, key));
        }
    }

    KeyHistory(Findings findings) {
        this.findings = findings;
    }

    /** Whether an entry is about keys; quick, as it is asked of every entry. */
    static boolean isAboutKeys(byte[] bytes, int start, int length) {
        return length > BEGINNING.length
                && bytes[start + BEGINNING.length - 1] == ' '
                && Arrays.equals(bytes, start, start + BEGINNING.length, BEGINNING, 0, BEGINNING.length);
    }

    synchronized void add(long index, byte[] entry) {
        entries.put(index, entry);
    }

    /**
     * Follows the keys from those that are trusted.
     *
     * @param trusted at least one, each of which must be a key of the log
     */
    Signers follow(List<VerifierKey> trusted, MerkleTree<IOException> tree, String checkpointFile) throws IOException {
        List<Announced> announced = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (long index : entries.keySet()) {
            try {
                read(index, announced, steps, trusted.getFirst().name(), tree);
            } catch (JsonException | MalformedNoteException e) {
                findings.add(Problem.inEntry(
                        index, checkpointFile, "It speaks of a signing key, and is wrong: " + e.getMessage()));
            }
        }
        return follow(trusted, announced, steps, checkpointFile);
    }

    private void read(
            long index, List<Announced> announced, List<Step> steps, String origin, MerkleTree<IOException> tree)
            throws JsonException, MalformedNoteException, IOException {
        JsonObject entry =
                JsonReader.read(entries.get(index)) instanceof JsonObject object ? object : new JsonObject(Map.of());
        String action = entry.text("action").orElse("");
        if (action.equals(EntryJson.SIGNING_KEY_ANNOUNCED)) {
            announced.add(
                    new Announced(index, VerifierKey.parse(entry.text("key").orElse(""))));
        } else if (action.equals(EntryJson.SIGNING_KEY_CONFIRMED)) {
            SignedCheckpoint checkpoint =
                    SignedCheckpoint.parse(entry.text("checkpoint").orElse("").getBytes(StandardCharsets.UTF_8));
            long size = checkpoint.head().size();
            if (size > index
                    || !checkpoint.checkpoint().origin().equals(origin)
                    || !tree.root(size).equals(checkpoint.head().root())) {
                throw new MalformedNoteException("its checkpoint is none of this log");
            }
            VerifierKey key = announced.stream()
                    .filter(each -> each.index() < size)
                    .max(Comparator.comparingLong(Announced::index))
                    .orElseThrow(() -> new MalformedNoteException("no key was announced before it"))
                    .key();
            if (checkpoint.note().signatures().size() != 2 || !checkpoint.note().isSignedBy(key)) {
                throw new MalformedNoteException("its checkpoint is not signed by the old and the new key");
            }
            steps.add(new Step(index, key, checkpoint));
        } else {
            throw new MalformedNoteException("it neither announces nor confirms one");
        }
    }

    private Signers follow(
            List<VerifierKey> trusted, List<Announced> announced, List<Step> steps, String checkpointFile) {
        Set<VerifierKey> known = new LinkedHashSet<>(trusted);
        steps.forEach(step -> known.add(step.key()));
        Set<VerifierKey> ofLog = new LinkedHashSet<>();
        Optional<NoteSignature> first = Optional.empty();
        VerifierKey current = trusted.getFirst();
        boolean isTrustedLater = steps.stream().anyMatch(step -> trusted.contains(step.key()));
        for (Step step : steps) {
            Stream<VerifierKey> possible =
                    ofLog.isEmpty() ? (isTrustedLater ? known : trusted).stream() : Stream.of(current);
            Optional<VerifierKey> before = possible.filter(step::isSignedBy).findFirst();
            if (before.isPresent()) {
                ofLog.add(before.get());
            } else if (ofLog.isEmpty() && isTrustedLater && isByUnknownAndNew(step, trusted)) {
                first = Optional.of(step.checkpoint().note().signatures().getFirst());
            } else {
                ofLog.add(current);
                findings.add(Problem.inEntry(
                        step.index(),
                        checkpointFile,
                        "It hands over to the key " + step.key() + ", and is not signed by " + current
                                + ", which was the log's until then"));
            }
            current = step.key();
            ofLog.add(current);
        }
        if (!steps.isEmpty() && !current.equals(trusted.getFirst())) {
            findings.note("the log has handed over from the key " + trusted.getFirst() + " to " + current);
        }
        List<List<VerifierKey>> signers = new ArrayList<>();
        long confirmed =
                steps.isEmpty() ? -1 : steps.getLast().checkpoint().head().size() - 1;
        Optional<VerifierKey> next = announced.stream()
                .filter(each -> each.index() > confirmed)
                .max(Comparator.comparingLong(Announced::index))
                .map(Announced::key);
        if (next.isPresent()) {
            // The hand-over was cut short between its two checkpoints.
            signers.add(List.of(current, next.get()));
            ofLog.add(next.get());
        }
        signers.add(List.of(current));
        ofLog.add(current);
        requireOfLog(trusted, ofLog, checkpointFile);
        return new Signers(signers, known, first);
    }

    /** The first hand-over may be by a key that nobody gave, where one that is trusted came later. */
    private static boolean isByUnknownAndNew(Step step, List<VerifierKey> trusted) {
        SignedNote note = step.checkpoint().note();
        return trusted.stream().noneMatch(key -> !key.equals(step.key()) && note.names(key))
                && new SignedNote(note.text(), List.of(note.signatures().getLast())).isSignedBy(step.key());
    }

    private void requireOfLog(List<VerifierKey> trusted, Set<VerifierKey> ofLog, String checkpointFile) {
        trusted.stream()
                .filter(key -> !ofLog.contains(key))
                .forEach(key -> findings.add(Problem.inFile(
                        checkpointFile,
                        "The log was never handed over to the key " + key
                                + ", nor from it: it was rolled back to before"
                                + " that, or the key is none of this log")));
    }
}
