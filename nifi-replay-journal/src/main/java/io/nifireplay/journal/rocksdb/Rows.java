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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.EffectState;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.FragmentState;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.ProvenanceLink;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.delivery.StoredResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The values of the journal's rows as bytes. The layouts are described in docs/formats.md. */
final class Rows {
    private static final Status[] STATUSES = Status.values();
    private static final int UUID_CHARACTERS = 36;
    private static final int IDEMPOTENT = 0x80;
    private static final int HAS_SPLIT = 0x40;
    private static final EffectState.Progress[] PROGRESS = EffectState.Progress.values();
    private static final Entry.Payload[] PAYLOADS = Entry.Payload.values();
    private static final int HASH_BYTES = 32;
    private static final int HAS_TIME = 1;
    private static final int HAS_SEQUENCE = 2;
    private static final int HAS_ERROR = 4;
    private static final int ACKNOWLEDGED = 8;
    private static final int HAS_RESULT = 16;
    private static final int WITHOUT_CLAIM = 32;
    private static final int HAS_NOTICE = 64;
    private static final int NOTICE_BYTES = 8;

    private Rows() {}

    static byte[] entry(Entry entry) {
        EventState state = entry.state();
        int flags = (entry.time().isPresent() ? HAS_TIME : 0)
                | (entry.sequence().isPresent() ? HAS_SEQUENCE : 0)
                | (state.error().isPresent() ? HAS_ERROR : 0)
                | (state.acknowledged() ? ACKNOWLEDGED : 0)
                | (state.hasResult() ? HAS_RESULT : 0)
                | (state.withoutClaim() ? WITHOUT_CLAIM : 0)
                | (entry.notice() != 0 ? HAS_NOTICE : 0);
        ByteWriter out = new ByteWriter(192)
                .u8(state.status().ordinal())
                .u8(entry.payload().ordinal())
                .u8(flags)
                .i64(entry.digest().high())
                .i64(entry.digest().low())
                .raw(entry.contentHash())
                .varint(entry.contentSize())
                .varint(entry.payloadId());
        entry.time().ifPresent(out::i64);
        entry.sequence().ifPresent(out::varint);
        out.varint(state.generation()).varint(state.attempt()).varint(state.failures());
        uuid(out, state.owner());
        out.varint(state.leaseEnd())
                .varint(state.jobNumber())
                .varint(state.retryDue())
                .varint(state.admittedMillis())
                .varint(state.changedMillis())
                .varint(state.lateOutcomes())
                .varint(state.conflicts());
        state.error().ifPresent(error -> out.text(error.type()).text(error.message()));
        out.varint(state.effects().size());
        for (EffectState effect : state.effects()) {
            out.text(effect.name())
                    .u8(effect.progress().ordinal()
                            | (effect.idempotent() ? IDEMPOTENT : 0)
                            | (effect.split().isEmpty() ? 0 : HAS_SPLIT))
                    .varint(effect.attempt());
            uuid(out, effect.claimant());
            out.varint(effect.fragments());
            if (effect.fragments() > 0) {
                out.varint(effect.fragmentsClaimed())
                        .varint(effect.fragmentsCompleted())
                        .varint(effect.fragmentsFailed());
                if (!effect.split().isEmpty()) {
                    uuid(out, effect.split());
                }
            }
        }
        if (entry.notice() != 0) {
            out.i64(entry.notice());
        }
        return out.toBytes();
    }

    /** Puts another notice's number into the bytes of an entry that has one: it is last in them. */
    static void setNotice(byte[] entry, long notice) {
        Place.putLong(entry, entry.length - NOTICE_BYTES, notice);
    }

    static Entry entry(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        Status status = constant(STATUSES, in.u8());
        Entry.Payload payload = constant(PAYLOADS, in.u8());
        int flags = in.u8();
        Digest digest = new Digest(in.i64(), in.i64());
        byte[] hash = in.raw(HASH_BYTES);
        long size = in.varint();
        long payloadId = in.varint();
        OptionalLong time = (flags & HAS_TIME) != 0 ? OptionalLong.of(in.i64()) : OptionalLong.empty();
        OptionalLong sequence = (flags & HAS_SEQUENCE) != 0 ? OptionalLong.of(in.varint()) : OptionalLong.empty();
        int generation = in.count();
        int attempt = in.count();
        int failures = in.count();
        String owner = uuid(in);
        long leaseEnd = in.varint();
        long job = in.varint();
        long due = in.varint();
        long admitted = in.varint();
        long changed = in.varint();
        int late = in.count();
        int conflicts = in.count();
        Optional<EventState.Failure> error =
                (flags & HAS_ERROR) != 0 ? Optional.of(new EventState.Failure(in.text(), in.text())) : Optional.empty();
        int effectCount = in.count();
        List<EffectState> effects = new ArrayList<>();
        for (int i = 0; i < effectCount; i++) {
            String name = in.text();
            int progress = in.u8();
            int effectAttempt = in.count();
            String claimant = uuid(in);
            int fragments = in.count();
            int claimed = fragments > 0 ? in.count() : 0;
            int completed = fragments > 0 ? in.count() : 0;
            int failed = fragments > 0 ? in.count() : 0;
            effects.add(new EffectState(
                    name,
                    constant(PROGRESS, progress & ~(IDEMPOTENT | HAS_SPLIT)),
                    effectAttempt,
                    claimant,
                    (progress & IDEMPOTENT) != 0,
                    fragments,
                    (progress & HAS_SPLIT) != 0 ? uuid(in) : "",
                    claimed,
                    completed,
                    failed));
        }
        EventState state = new EventState(
                status,
                generation,
                attempt,
                failures,
                owner,
                leaseEnd,
                job,
                effects,
                error,
                due,
                (flags & ACKNOWLEDGED) != 0,
                (flags & HAS_RESULT) != 0,
                admitted,
                changed,
                late,
                conflicts,
                (flags & WITHOUT_CLAIM) != 0);
        return new Entry(
                digest,
                hash,
                size,
                payload,
                payloadId,
                time,
                sequence,
                state,
                (flags & HAS_NOTICE) != 0 ? in.i64() : 0);
    }

    /** @param inlineContent the content when it lies inline, else nothing */
    static byte[] event(Envelope envelope, byte[] inlineContent) {
        ByteWriter out = new ByteWriter(512 + inlineContent.length)
                .text(envelope.key())
                .text(envelope.partition())
                .text(envelope.id().orElse(""))
                .text(envelope.source().orElse(""))
                .text(envelope.type().orElse(""));
        out.u8((envelope.time().isPresent() ? HAS_TIME : 0)
                | (envelope.sequence().isPresent() ? HAS_SEQUENCE : 0));
        envelope.time().ifPresent(time -> out.i64(time.getEpochSecond()).varint(time.getNano()));
        envelope.sequence().ifPresent(out::varint);
        ProvenanceLink origin = envelope.origin();
        uuid(out, origin.flowFileUuid());
        uuid(out, origin.componentId());
        uuid(out, origin.processGroupId());
        out.varint(origin.entryMillis());
        attributes(out, envelope.attributes());
        return out.raw(inlineContent).toBytes();
    }

    /**
     * @param envelope what is known of the event
     * @param inlineContent what lay behind it
     */
    record Event(Envelope envelope, byte[] inlineContent) {}

    static Event event(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        String key = in.text();
        String partition = in.text();
        Optional<String> id = present(in.text());
        Optional<String> source = present(in.text());
        Optional<String> type = present(in.text());
        int flags = in.u8();
        Optional<Instant> time =
                (flags & HAS_TIME) != 0 ? Optional.of(Instant.ofEpochSecond(in.i64(), in.varint())) : Optional.empty();
        OptionalLong sequence = (flags & HAS_SEQUENCE) != 0 ? OptionalLong.of(in.varint()) : OptionalLong.empty();
        ProvenanceLink origin = new ProvenanceLink(uuid(in), uuid(in), uuid(in), in.varint());
        Map<String, String> attributes = attributes(in);
        return new Event(new Envelope(key, partition, id, source, type, time, sequence, attributes, origin), in.rest());
    }

    /** The idempotency key alone. */
    static String key(byte[] event) {
        return new ByteReader(event).text();
    }

    static byte[] fragment(FragmentState fragment) {
        ByteWriter out = new ByteWriter(32).u8(fragment.progress().ordinal()).varint(fragment.attempt());
        uuid(out, fragment.claimant());
        return out.toBytes();
    }

    static FragmentState fragment(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        return new FragmentState(constant(PROGRESS, in.u8()), in.count(), uuid(in));
    }

    static byte[] result(StoredResult result) {
        ByteWriter out = new ByteWriter(256 + result.content().length);
        attributes(out, result.attributes());
        return out.raw(result.content()).toBytes();
    }

    static StoredResult result(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        return new StoredResult(attributes(in), in.rest());
    }

    private static void attributes(ByteWriter out, Map<String, String> attributes) {
        out.varint(attributes.size());
        attributes.forEach((name, value) -> out.text(name).text(value));
    }

    private static Map<String, String> attributes(ByteReader in) {
        int count = in.count();
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(in.text(), in.text());
        }
        return attributes;
    }

    /** A UUID in 17 bytes, any other text as it is. */
    private static void uuid(ByteWriter out, String text) {
        Optional<UUID> uuid = canonicalUuid(text);
        if (uuid.isPresent()) {
            out.u8(1).i64(uuid.get().getMostSignificantBits()).i64(uuid.get().getLeastSignificantBits());
        } else {
            out.u8(0).text(text);
        }
    }

    /** A text that is a UUID in the one form that {@link UUID#toString} gives back. */
    private static Optional<UUID> canonicalUuid(String text) {
        if (text.length() != UUID_CHARACTERS) {
            return Optional.empty();
        }
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equals(text) ? Optional.of(uuid) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String uuid(ByteReader in) {
        return in.u8() == 1 ? new UUID(in.i64(), in.i64()).toString() : in.text();
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static <T> T constant(T[] constants, int ordinal) {
        if (ordinal >= constants.length) {
            throw new JournalException("A row of the event journal is damaged: there is no constant " + ordinal);
        }
        return constants[ordinal];
    }
}
