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

import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.json.CanonicalJson;
import io.nifireplay.audit.json.JsonValue;
import io.nifireplay.audit.json.JsonValue.JsonArray;
import io.nifireplay.audit.json.JsonValue.JsonObject;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.InclusionProof;
import io.nifireplay.audit.merkle.TreeHead;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What came of a verification.
 *
 * @param origin of the log, empty when its checkpoint cannot be read
 * @param head what the checkpoint says, empty when it cannot be read
 * @param key the verifier key that was given
 * @param entries how many entries were recomputed
 * @param problems what does not fit; nothing when the log is intact
 * @param moreProblems how many more there are that are not listed
 * @param notes what is worth knowing, and no fault
 * @param unchecked what this verification cannot tell
 * @param compared the checkpoints held elsewhere with which the log agrees
 * @param found where the event is that was asked for
 * @param asked the event that was asked for
 */
public record VerificationReport(
        Optional<String> origin,
        Optional<TreeHead> head,
        String key,
        long entries,
        List<Problem> problems,
        long moreProblems,
        List<String> notes,
        List<String> unchecked,
        List<Compared> compared,
        List<Found> found,
        Optional<String> asked) {
    /** The verdict in words, as the report has it. */
    public static final String INTACT = "intact";
    /** The verdict in words, as the report has it. */
    public static final String DAMAGED = "does not fit";
    /** How many checkpoints with which the log agrees a report lists, the newest: a folder may have very many. */
    public static final int LISTED = 100;

    public VerificationReport {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
        unchecked = List.copyOf(unchecked);
        compared = List.copyOf(compared);
        found = List.copyOf(found);
    }

    /**
     * A checkpoint held elsewhere with which the log agrees.
     *
     * @param source where it comes from
     * @param size of the log then
     * @param time that a time stamp states, empty without one
     */
    public record Compared(String source, long size, Optional<Instant> time) {}

    /**
     * An entry about the event that was asked for.
     *
     * @param index of the entry
     * @param text the entry
     * @param proof that it is in the tree of the checkpoint
     * @param inBatch that the event is in the batch that the entry is about, empty when it is about none, or about one that had
     *     more runs than an entry lists
     */
    public record Found(long index, String text, InclusionProof proof, Optional<InBatch> inBatch) {}

    /**
     * The proof that an event is in a batch of events.
     *
     * @param event whose id ({@link EventPlace#toString}) is the leaf
     * @param root of the batch, as its entry has it
     * @param proof that the event is under the root
     */
    public record InBatch(EventPlace event, Hash root, InclusionProof proof) {}

    private List<Compared> listed() {
        return compared.subList(unlisted(), compared.size());
    }

    private int unlisted() {
        return Math.max(0, compared.size() - LISTED);
    }

    public boolean isIntact() {
        return problems.isEmpty();
    }

    /** The entries of which the first misfit is one, empty when all fit or it cannot be told. */
    public Optional<Problem.Range> firstMisfit() {
        // What ends first; of these the narrowest.
        return problems.stream()
                .flatMap(problem -> problem.entries().stream())
                .min(Comparator.comparingLong(Problem.Range::last)
                        .thenComparing(
                                Comparator.comparingLong(Problem.Range::first).reversed()));
    }

    /** For people. */
    public String text() {
        StringBuilder out = new StringBuilder();
        origin.ifPresent(name -> out.append("Audit trail ").append(name).append('\n'));
        head.ifPresent(tree -> out.append("  checkpoint: ")
                .append(tree.size())
                .append(" entries, root ")
                .append(tree.root().base64())
                .append('\n'));
        out.append("  recomputed: ").append(entries).append(" entries\n");
        if (unlisted() > 0) {
            out.append("  agrees with ")
                    .append(unlisted())
                    .append(" checkpoints, the first ")
                    .append(compared.getFirst().source())
                    .append(" (")
                    .append(compared.getFirst().size())
                    .append(" entries)\n");
        }
        listed().forEach(each -> out.append("  agrees with ")
                .append(each.source())
                .append(" (")
                .append(each.size())
                .append(" entries")
                .append(each.time().map(time -> ", there since " + time).orElse(""))
                .append(")\n"));
        notes.forEach(note -> out.append("  note: ").append(note).append('\n'));
        unchecked.forEach(what -> out.append("  NOT CHECKED: ").append(what).append('\n'));
        problems.forEach(problem -> out.append("  PROBLEM: ")
                .append(problem.entries().map(range -> range + ": ").orElse(""))
                .append(problem.message())
                .append(problem.file().map(file -> " (" + file + ")").orElse(""))
                .append('\n'));
        if (moreProblems > 0) {
            out.append("  and ").append(moreProblems).append(" more problems\n");
        }
        asked.ifPresent(event -> text(event, out));
        firstMisfit()
                .ifPresent(range -> out.append("The first that does not fit: ")
                        .append(range)
                        .append('\n'));
        return out.append(isIntact() ? "INTACT" : "DOES NOT FIT").append('\n').toString();
    }

    private void text(String event, StringBuilder out) {
        out.append("  event ").append(event).append(": ").append(found.size()).append(" entries\n");
        found.forEach(each -> out.append("    entry ")
                .append(each.index())
                .append(", proved by ")
                .append(each.proof().path().size())
                .append(" hashes")
                .append(each.inBatch().map(VerificationReport::text).orElse(""))
                .append(": ")
                .append(each.text())
                .append('\n'));
    }

    private static String text(InBatch inBatch) {
        InclusionProof proof = inBatch.proof();
        return ", with " + inBatch.event() + " in its batch of " + proof.size() + " events, proved by "
                + proof.path().size() + " hashes";
    }

    /** For machines: {@code docs/schemas/audit-verification.schema.json}. */
    public String json() {
        Map<String, JsonValue> report = new LinkedHashMap<>();
        report.put("result", JsonValue.of(isIntact() ? INTACT : DAMAGED));
        origin.ifPresent(name -> report.put("origin", JsonValue.of(name)));
        head.ifPresent(tree -> {
            report.put("size", JsonValue.of(Long.toString(tree.size())));
            report.put("root", JsonValue.of(tree.root().toString()));
        });
        report.put("key", JsonValue.of(key));
        report.put("entries", JsonValue.of(Long.toString(entries)));
        firstMisfit().ifPresent(range -> report.put("firstMisfit", json(range)));
        report.put("problems", array(problems, VerificationReport::json));
        report.put("moreProblems", JsonValue.of(Long.toString(moreProblems)));
        report.put("notes", JsonValue.of(notes));
        report.put("unchecked", JsonValue.of(unchecked));
        report.put("moreAgreesWith", JsonValue.of(Integer.toString(unlisted())));
        report.put("agreesWith", array(listed(), each -> {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            members.put("source", JsonValue.of(each.source()));
            members.put("size", JsonValue.of(Long.toString(each.size())));
            each.time().ifPresent(time -> members.put("time", JsonValue.of(time.toString())));
            return new JsonObject(members);
        }));
        asked.ifPresent(event -> {
            report.put("event", JsonValue.of(event));
            report.put("found", array(found, VerificationReport::json));
        });
        return CanonicalJson.text(new JsonObject(report));
    }

    private static JsonValue json(Problem problem) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        problem.entries().ifPresent(range -> members.put("entries", json(range)));
        problem.file().ifPresent(file -> members.put("file", JsonValue.of(file)));
        members.put("message", JsonValue.of(problem.message()));
        return new JsonObject(members);
    }

    private static JsonValue json(Problem.Range range) {
        return new JsonObject(Map.of(
                "first", JsonValue.of(Long.toString(range.first())),
                "last", JsonValue.of(Long.toString(range.last()))));
    }

    private static JsonValue json(Found found) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("index", JsonValue.of(Long.toString(found.index())));
        members.put("entry", JsonValue.of(found.text()));
        members.put("proof", json(found.proof()));
        found.inBatch().ifPresent(each -> members.put("inBatch", json(each)));
        return new JsonObject(members);
    }

    private static JsonValue json(InBatch inBatch) {
        return new JsonObject(Map.of(
                "event", JsonValue.of(inBatch.event().toString()),
                "index", JsonValue.of(Long.toString(inBatch.proof().index())),
                "count", JsonValue.of(Long.toString(inBatch.proof().size())),
                "root", JsonValue.of(inBatch.root().toString()),
                "proof", json(inBatch.proof())));
    }

    private static JsonValue json(InclusionProof proof) {
        return JsonValue.of(proof.path().stream().map(Hash::base64).toList());
    }

    private static <T> JsonValue array(List<T> values, Function<T, JsonValue> json) {
        return new JsonArray(values.stream().map(json).collect(Collectors.toList()));
    }
}
