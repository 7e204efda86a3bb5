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

import io.nifireplay.audit.entry.EventBatch;
import io.nifireplay.audit.entry.EventPlace;
import io.nifireplay.audit.json.JsonException;
import io.nifireplay.audit.json.JsonReader;
import io.nifireplay.audit.json.JsonValue;
import io.nifireplay.audit.json.JsonValue.JsonArray;
import io.nifireplay.audit.json.JsonValue.JsonObject;
import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.InclusionProof;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Entries about batches of events: whether count and root of a batch are those of its runs, and that an event is in it. The hashes
 * of the log show that such an entry was not changed; this shows that it says one thing.
 */
final class BatchCheck {
    /** More events than this are not hashed for one entry: who can write entries cannot keep the verifier busy for ever. */
    static final long MAX_EVENTS = 1L << 24;

    private static final byte[] BEGINNING = "{\"action\":\"events ".getBytes(StandardCharsets.US_ASCII);
    private static final int HEX_DIGITS = 2 * Hash.BYTES;

    private final Findings findings;
    private final AtomicLong cut = new AtomicLong();
    private final AtomicLong large = new AtomicLong();

    BatchCheck(Findings findings) {
        this.findings = findings;
    }

    /** Whether an entry may be about a batch; quick, as it is asked of every entry. */
    static boolean isAboutEvents(byte[] bytes, int start, int length) {
        return length > BEGINNING.length
                && bytes[start + BEGINNING.length - 1] == ' '
                && Arrays.equals(bytes, start, start + BEGINNING.length, BEGINNING, 0, BEGINNING.length);
    }

    /** Checks an entry that is one in canonical JSON; by many threads. */
    void check(long index, String file, byte[] entry) {
        Optional<JsonObject> object = object(entry);
        if (object.flatMap(each -> each.get("events")).isEmpty()) {
            return;
        }
        Optional<EventBatch> read = object.flatMap(BatchCheck::batch);
        Optional<String> wrong = read.isPresent()
                ? wrong(read.get())
                : Optional.of("Its batch of events has not the form of one: count, root and runs");
        wrong.ifPresent(words -> findings.add(Problem.inEntry(index, file, words)));
    }

    private Optional<String> wrong(EventBatch batch) {
        if (!batch.isOrdered()) {
            return Optional.of("The runs of its batch of events are not in order, each once");
        }
        if (batch.isCut()) {
            cut.incrementAndGet();
            return Optional.empty();
        }
        if (!batch.isWhole()) {
            return Optional.of("Its batch of events counts " + batch.count() + ", and its runs name " + batch.named());
        }
        if (batch.named() > MAX_EVENTS) {
            large.incrementAndGet();
            return Optional.empty();
        }
        return batch.fitsItsRuns()
                ? Optional.empty()
                : Optional.of("The root of its batch of events is not the one of the events that its runs name");
    }

    /** What could not be checked of all that was seen. */
    void tellWhatIsLeft() {
        if (cut.get() > 0) {
            findings.unchecked(
                    "the roots of " + cut + " batches of events, which had more runs than an entry lists: who has"
                            + " the ids of their events can check them");
        }
        if (large.get() > 0) {
            findings.unchecked("the roots of " + large + " batches of more than " + MAX_EVENTS + " events");
        }
    }

    /** That an event is in the batch that an entry is about; empty when it is about none, or it cannot be proved. */
    static Optional<VerificationReport.InBatch> proof(byte[] entry, String event) {
        Optional<EventPlace> place = EventPlace.parse(event);
        Optional<EventBatch> batch =
                object(entry).flatMap(BatchCheck::batch).filter(each -> each.isWhole() && each.named() <= MAX_EVENTS);
        if (place.isEmpty() || batch.isEmpty()) {
            return Optional.empty();
        }
        Optional<InclusionProof> proof = batch.get().proof(place.get());
        return proof.map(
                each -> new VerificationReport.InBatch(place.get(), batch.get().root(), each));
    }

    private static Optional<JsonObject> object(byte[] entry) {
        try {
            return JsonReader.read(entry) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (JsonException e) {
            // What is no entry is reported as such.
            return Optional.empty();
        }
    }

    private static Optional<EventBatch> batch(JsonObject entry) {
        Optional<JsonObject> events = entry.object("events");
        Optional<Long> count = events.flatMap(each -> number(each, "count"));
        Optional<String> root =
                events.flatMap(each -> each.text("root")).filter(text -> text.matches("[0-9a-f]{" + HEX_DIGITS + "}"));
        if (count.isEmpty()
                || root.isEmpty()
                || !(events.get().get("runs").orElse(entry) instanceof JsonArray listed)) {
            return Optional.empty();
        }
        List<EventBatch.Run> runs = new ArrayList<>();
        for (JsonValue each : listed.values()) {
            Optional<EventBatch.Run> run = each instanceof JsonObject object ? run(object) : Optional.empty();
            if (run.isEmpty()) {
                return Optional.empty();
            }
            runs.add(run.get());
        }
        return Optional.of(new EventBatch(
                entry.text("journal").orElse(""),
                count.get(),
                Hash.of(HexFormat.of().parseHex(root.get())),
                runs));
    }

    private static Optional<EventBatch.Run> run(JsonObject object) {
        Optional<Long> from = number(object, "from");
        Optional<Long> to = number(object, "to");
        return from.isPresent() && to.isPresent()
                ? object.text("partition").map(name -> new EventBatch.Run(name, from.get(), to.get()))
                : Optional.empty();
    }

    private static Optional<Long> number(JsonObject object, String name) {
        return object.text(name)
                .filter(text -> text.matches("0|[1-9][0-9]{0,17}"))
                .map(Long::parseLong);
    }
}
