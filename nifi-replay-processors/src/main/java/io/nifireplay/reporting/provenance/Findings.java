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
package io.nifireplay.reporting.provenance;

import io.nifireplay.audit.entry.AuditEntry.Link;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Token;
import io.nifireplay.processors.JournalEvent;
import io.nifireplay.processors.ReplayAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;

/**
 * What provenance events mean for the journals' events. Some cannot be judged at once: a replay into a queue before
 * JournalEvent does not say of which event it is, and a FlowFile that the flow ended may not have been the last one of its
 * event. These are held back for a time, until later events or the journal tell.
 *
 * <p>A method that throws {@link io.nifireplay.journal.JournalException} has changed nothing, and may be called again.
 */
public final class Findings {
    /** How many events are held back at most; the oldest is judged at once when there are more. */
    static final int MAX_HELD_BACK = 1_000;

    private static final String JOURNAL_EVENT = JournalEvent.class.getSimpleName();

    private final Duration holdBack;
    private final boolean recordUnknown;
    private final InstantSource clock;
    private final Families families = new Families();
    private final Map<Long, HeldBack> heldBack = new LinkedHashMap<>();
    private final Map<String, Long> replaysByChild = new HashMap<>();

    /**
     * An event that is not judged yet.
     *
     * @param until when it is judged by what is known then
     * @param perhapsLost of a removal: the events that may be lost by it
     */
    private record HeldBack(ProvenanceEventRecord event, Instant until, List<Lost> perhapsLost) {}

    /** An event that may be lost, and the token that asks for it. */
    private record Lost(JournalToken token, Finding.Lost finding) {}

    /** What an event says about the replay whose FlowFile it is of. */
    private sealed interface Telling {
        record Nothing() implements Telling {}

        record ItsEvent(Subject subject) implements Telling {}

        /** That it will never be known. */
        record NoEvent() implements Telling {}
    }

    /**
     * @param holdBack how long an event is held back at most
     * @param recordUnknown whether replays and downloads of FlowFiles that no journal knows are findings, too
     */
    public Findings(Duration holdBack, boolean recordUnknown, InstantSource clock) {
        this.holdBack = holdBack;
        this.recordUnknown = recordUnknown;
        this.clock = clock;
    }

    /** What an event shows; events come in the order of their ids. */
    List<Finding> take(ProvenanceEventRecord event, Journals journals) {
        Telling telling = replaysByChild.isEmpty() || !replaysByChild.containsKey(event.getFlowFileUuid())
                ? new Telling.Nothing()
                : telling(event, journals);
        List<Finding> findings = new ArrayList<>(told(event, telling));
        findings.addAll(own(event, journals));
        findings.addAll(stepOfAttempt(event, journals));
        return findings;
    }

    /** What has been held back for long enough. */
    List<Finding> due(Journals journals) {
        Instant now = clock.instant();
        int tooMany = Math.max(0, heldBack.size() - MAX_HELD_BACK);
        List<HeldBack> due = new ArrayList<>();
        for (HeldBack held : heldBack.values()) {
            if (due.size() >= tooMany && now.isBefore(held.until())) {
                break;
            }
            due.add(held);
        }
        List<Finding> findings = new ArrayList<>();
        due.forEach(held -> findings.addAll(judge(held, journals)));
        due.forEach(this::release);
        return findings;
    }

    /** Ids of the events that are held back. */
    SortedSet<Long> heldBack() {
        return new TreeSet<>(heldBack.keySet());
    }

    /** Takes an event that was held back before a restart, with the whole time before it. */
    void holdBackAgain(ProvenanceEventRecord event, Journals journals) {
        if (event.getEventType() == ProvenanceEventType.REPLAY) {
            hold(event, List.of());
        } else {
            journals.token(event)
                    .ifPresent(token -> Removal.of(event)
                            .ifPresent(removal -> hold(event, List.of(lost(event, removal, token, Link.KNOWN)))));
        }
    }

    private List<Finding> own(ProvenanceEventRecord event, Journals journals) {
        return switch (event.getEventType()) {
            case REPLAY -> replayed(event, journals.token(event));
            case DOWNLOAD -> downloaded(event, journals.token(event));
            case DROP, EXPIRE ->
                Removal.of(event)
                        .map(removal -> ended(event, removal, journals))
                        .orElse(List.of());
            case CLONE, FORK -> {
                grow(event, journals.token(event));
                yield List.of();
            }
            case JOIN -> {
                // Its attributes are those of the merged FlowFile: what the parents carried they say when they end.
                families.grow(event.getParentUuids(), event.getChildUuids(), Optional.empty());
                yield List.of();
            }
            default -> List.of();
        };
    }

    private static List<Finding> stepOfAttempt(ProvenanceEventRecord event, Journals journals) {
        if (event.getEventType() == ProvenanceEventType.REPLAY
                || event.getEventType() == ProvenanceEventType.DOWNLOAD) {
            // By people, and told by itself.
            return List.of();
        }
        return journals.token(event)
                .filter(known -> known.token().kind() == Token.Kind.ADMISSION
                        && (known.token().attempt() > 1
                                || known.token().generation() > 1
                                || known.token().jobNumber() > 0))
                .<List<Finding>>map(known -> List.of(new Finding.StepOfAttempt(event, known)))
                .orElse(List.of());
    }

    private List<Finding> replayed(ProvenanceEventRecord event, Optional<JournalToken> token) {
        if (token.isEmpty()) {
            hold(event, List.of());
            return List.of();
        }
        JournalToken known = token.get();
        if (known.token().kind() == Token.Kind.ADMISSION) {
            event.getChildUuids().forEach(child -> families.copied(child, known));
        }
        return List.of(
                new Finding.Replayed(event, Optional.of(new Finding.About(known.subject(), Link.KNOWN)), List.of()));
    }

    private List<Finding> downloaded(ProvenanceEventRecord event, Optional<JournalToken> token) {
        return token.isPresent() || recordUnknown
                ? List.of(new Finding.Downloaded(
                        event, token.map(known -> new Finding.About(known.subject(), Link.KNOWN))))
                : List.of();
    }

    private List<Finding> ended(ProvenanceEventRecord event, Removal removal, Journals journals) {
        Optional<JournalToken> own = journals.token(event);
        String flowFile = event.getFlowFileUuid();
        List<Finding> findings = new ArrayList<>();
        List<Lost> questions = new ArrayList<>();
        for (Families.Left left : families.without(flowFile, own)) {
            boolean isOwn = own.equals(Optional.of(left.event()));
            Lost lost = lost(event, removal, left.event(), isOwn ? Link.KNOWN : Link.INFERRED);
            Optional<EventState> state = journals.state(left.event());
            Standing standing = Standing.of(left.event().token(), state);
            switch (LossRule.judge(removal, standing, Carrier.of(event, left, state))) {
                case NO_LOSS -> {}
                case LOSS -> findings.add(lost.finding());
                case ASK_AGAIN -> questions.add(lost);
            }
        }
        if (!(removal instanceof Removal.SentToAnotherNode)) {
            families.end(flowFile, own);
        }
        if (!questions.isEmpty()) {
            hold(event, questions);
        }
        return findings;
    }

    private void grow(ProvenanceEventRecord event, Optional<JournalToken> token) {
        List<String> parents = event.getParentUuids();
        if (token.isPresent() || parents.stream().anyMatch(families::knows)) {
            families.grow(parents, event.getChildUuids(), token);
        }
    }

    private static Telling telling(ProvenanceEventRecord event, Journals journals) {
        if (event.getEventType() == ProvenanceEventType.REPLAY) {
            return new Telling.Nothing();
        }
        Optional<JournalToken> token = journals.token(event);
        if (token.isPresent()) {
            return new Telling.ItsEvent(token.get().subject());
        }
        boolean decided = event.getAttribute(ReplayAttributes.EVENT_ID) != null
                || event.getAttribute(ReplayAttributes.OUTCOME) != null;
        if (JOURNAL_EVENT.equals(event.getComponentType()) && decided) {
            return journals.named(event).<Telling>map(Telling.ItsEvent::new).orElseGet(Telling.NoEvent::new);
        }
        boolean ended = Removal.of(event).isPresent();
        return ended ? new Telling.NoEvent() : new Telling.Nothing();
    }

    private List<Finding> told(ProvenanceEventRecord event, Telling telling) {
        return switch (telling) {
            case Telling.Nothing it -> List.of();
            case Telling.ItsEvent it -> {
                HeldBack replay = heldBack.get(replaysByChild.get(event.getFlowFileUuid()));
                release(replay);
                yield List.of(new Finding.Replayed(
                        replay.event(),
                        Optional.of(new Finding.About(it.subject(), Link.INFERRED)),
                        List.of(event.getEventId())));
            }
            case Telling.NoEvent it -> {
                HeldBack replay = heldBack.get(replaysByChild.get(event.getFlowFileUuid()));
                release(replay);
                yield unknown(replay.event(), List.of(event.getEventId()));
            }
        };
    }

    private List<Finding> judge(HeldBack held, Journals journals) {
        if (held.event().getEventType() == ProvenanceEventType.REPLAY) {
            return unknown(held.event(), List.of());
        }
        return held.perhapsLost().stream()
                .filter(lost -> isOpen(lost.token(), journals))
                .<Finding>map(Lost::finding)
                .toList();
    }

    private static boolean isOpen(JournalToken token, Journals journals) {
        return Standing.of(token.token(), journals.state(token)) == Standing.OPEN;
    }

    private List<Finding> unknown(ProvenanceEventRecord replay, List<Long> toldBy) {
        return recordUnknown ? List.of(new Finding.Replayed(replay, Optional.empty(), toldBy)) : List.of();
    }

    private static Lost lost(ProvenanceEventRecord event, Removal removal, JournalToken token, Link link) {
        return new Lost(token, new Finding.Lost(event, new Finding.About(token.subject(), link), removal));
    }

    private void hold(ProvenanceEventRecord event, List<Lost> perhapsLost) {
        HeldBack held = new HeldBack(event, clock.instant().plus(holdBack), perhapsLost);
        heldBack.put(event.getEventId(), held);
        if (event.getEventType() == ProvenanceEventType.REPLAY) {
            event.getChildUuids().forEach(child -> replaysByChild.put(child, event.getEventId()));
        }
    }

    private void release(HeldBack held) {
        heldBack.remove(held.event().getEventId());
        held.event().getChildUuids().forEach(replaysByChild::remove);
    }
}
