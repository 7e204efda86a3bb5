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
package io.nifireplay.audit.spool;

import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.json.CanonicalJson;
import io.nifireplay.audit.json.JsonException;
import io.nifireplay.audit.json.JsonReader;
import io.nifireplay.audit.json.JsonValue;
import io.nifireplay.audit.json.JsonValue.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A record of the spool as a line: canonical JSON (RFC 8785) with the SHA-256 of the same object without that member. Only the
 * very bytes that {@link #of} gives are read again. The digest finds what a disk did and what was edited by hand; it stops
 * nobody who computes it, too.
 */
final class SpoolLine {
    private static final int VERSION = 1;
    private static final String REFUSED = "refused";
    private static final String OMITTED = "omitted";

    private SpoolLine() {}

    /** The line, without its end. */
    static byte[] of(SpoolRecord record) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("version", JsonValue.of(VERSION));
        members.put("record", JsonValue.of(record.id()));
        switch (record) {
            case SpoolRecord.Refused it -> {
                Refusal refusal = it.refusal();
                members.put("kind", JsonValue.of(REFUSED));
                members.put("at", JsonValue.of(refusal.at().toString()));
                members.put("last", JsonValue.of(it.last().toString()));
                members.put("times", JsonValue.of(Long.toString(it.times())));
                refusal.identity().ifPresent(identity -> members.put("identity", JsonValue.of(identity)));
                members.put("right", JsonValue.of(refusal.right().word()));
                members.put("resource", JsonValue.of(refusal.resource()));
                refusal.flowFile().ifPresent(uuid -> members.put("flowFile", JsonValue.of(uuid)));
                members.put("link", JsonValue.of(refusal.link().words()));
            }
            case SpoolRecord.Omitted it -> {
                members.put("kind", JsonValue.of(OMITTED));
                members.put("at", JsonValue.of(it.first().toString()));
                members.put("last", JsonValue.of(it.last().toString()));
                members.put("times", JsonValue.of(Long.toString(it.count())));
            }
        }
        members.put("digest", JsonValue.of(sha256(CanonicalJson.bytes(new JsonObject(members)))));
        return CanonicalJson.bytes(new JsonObject(members));
    }

    /** Empty for anything else than what {@link #of} gives. */
    static Optional<SpoolRecord> read(byte[] line) {
        try {
            return JsonReader.read(line) instanceof JsonObject object
                    ? Optional.of(record(object)).filter(record -> Arrays.equals(of(record), line))
                    : Optional.empty();
        } catch (JsonException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static SpoolRecord record(JsonObject object) {
        String id = text(object, "record");
        Instant at = Instant.parse(text(object, "at"));
        Instant last = Instant.parse(text(object, "last"));
        long times = Long.parseLong(text(object, "times"));
        if (times < 1) {
            throw new IllegalArgumentException("It never happened");
        }
        return switch (text(object, "kind")) {
            case REFUSED ->
                new SpoolRecord.Refused(
                        id,
                        new Refusal(
                                at,
                                object.text("identity"),
                                named(Refusal.Right.values(), Refusal.Right::word, text(object, "right")),
                                text(object, "resource"),
                                object.text("flowFile"),
                                named(AuditEntry.Link.values(), AuditEntry.Link::words, text(object, "link"))),
                        last,
                        times);
            case OMITTED -> new SpoolRecord.Omitted(id, at, last, times);
            default -> throw new IllegalArgumentException("There is no such kind of record");
        };
    }

    private static String text(JsonObject object, String name) {
        return object.text(name).orElseThrow(() -> new IllegalArgumentException("'" + name + "' is missing"));
    }

    private static <T> T named(T[] values, Function<T, String> name, String wanted) {
        return Stream.of(values)
                .filter(value -> name.apply(value).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no '" + wanted + "'"));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Each Java has SHA-256", e);
        }
    }
}
