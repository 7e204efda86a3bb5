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
import io.nifireplay.audit.note.SignedCheckpoint;
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

/**
 * Which keys sign the log, by what the log itself says: a new key is announced by an entry, a checkpoint that covers this entry
 * is signed by the old and the new key, and an entry behind it carries that checkpoint. Who trusts the old key can follow.
 */
final class KeyHistory {
    private static final byte[] BEGINNING = "{\"action\":\"signing key ".getBytes(StandardCharsets.US_ASCII);

    private final TreeMap<Long, byte[]> entries = new TreeMap<>();
    private final Findings findings;

    /** @param signers each list is one way in which the last checkpoint may be signed */
    record Signers(List<List<VerifierKey>> signers, Set<VerifierKey> known) {}

    private record Announced(long index, VerifierKey key) {}

    private record Step(long index, VerifierKey key, SignedCheckpoint checkpoint) {}

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

    /** Follows the keys from the one that is trusted. */
    Signers follow(VerifierKey trusted, MerkleTree<IOException> tree, String checkpointFile) throws IOException {
        List<Announced> announced = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (long index : entries.keySet()) {
            try {
                read(index, announced, steps, trusted.name(), tree);
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

    private Signers follow(VerifierKey trusted, List<Announced> announced, List<Step> steps, String checkpointFile) {
        Set<VerifierKey> known = new LinkedHashSet<>(List.of(trusted));
        steps.forEach(step -> known.add(step.key()));
        int begin = 0;
        for (int i = 0; i < steps.size(); i++) {
            begin = steps.get(i).key().equals(trusted) ? i + 1 : begin;
        }
        VerifierKey current = trusted;
        for (Step step : steps.subList(begin, steps.size())) {
            if (!step.checkpoint().note().isSignedByExactly(List.of(current, step.key()))) {
                findings.add(Problem.inEntry(
                        step.index(),
                        checkpointFile,
                        "It hands over to the key " + step.key() + ", and is not signed by " + current
                                + ", which was the log's until then"));
            }
            current = step.key();
        }
        if (begin < steps.size()) {
            findings.note("the log has handed over from the key " + trusted + " to " + current);
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
        }
        signers.add(List.of(current));
        return new Signers(signers, known);
    }
}
