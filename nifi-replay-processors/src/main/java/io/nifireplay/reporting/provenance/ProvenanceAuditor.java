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

import io.nifireplay.audit.AuditTrail;
import io.nifireplay.journal.JournalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/**
 * Takes provenance into the audit trail, step by step. What was found is durable in the trail before the position behind it is
 * stored; so a crash between the two brings the entries of one step a second time, and never none. What was found and could
 * not be written yet is kept and written first.
 */
public final class ProvenanceAuditor {
    private final ProvenanceTail tail;
    private final Findings findings;
    private final PositionStore positions;
    private final List<Finding> unwritten = new ArrayList<>();
    private Position position;
    private Optional<Position> stored;

    /** Where the position is kept over a restart. */
    public interface PositionStore {
        void store(Position position) throws IOException;
    }

    private ProvenanceAuditor(
            ProvenanceTail tail,
            Findings findings,
            PositionStore positions,
            Position position,
            Optional<Position> stored) {
        this.tail = tail;
        this.findings = findings;
        this.positions = positions;
        this.position = position;
        this.stored = stored;
    }

    /** One that starts anew. */
    public static ProvenanceAuditor startAt(
            Position start, ProvenanceTail tail, Findings findings, PositionStore positions) {
        return new ProvenanceAuditor(tail, findings, positions, start, Optional.empty());
    }

    /**
     * One that goes on from a stored position, with what was held back there.
     *
     * @throws JournalException when a journal cannot be read
     */
    public static ProvenanceAuditor resume(
            Position stored,
            ProvenanceStore store,
            ProvenanceTail tail,
            Findings findings,
            PositionStore positions,
            Journals journals)
            throws IOException {
        ProvenanceAuditor auditor = new ProvenanceAuditor(tail, findings, positions, stored, Optional.of(stored));
        boolean isSameRepository = stored.fingerprint().isEmpty()
                || store.read(stored.last(), 1).stream().anyMatch(stored::fits);
        for (long id : stored.heldBack()) {
            Optional<ProvenanceEventRecord> event = isSameRepository
                    ? store.read(id, 1).stream()
                            .filter(read -> read.getEventId() == id)
                            .findFirst()
                    : Optional.empty();
            event.ifPresentOrElse(
                    read -> findings.holdBackAgain(read, journals),
                    () -> auditor.unwritten.add(new Finding.Missing(new Gap(id, id, Gap.Reason.HELD_BACK))));
        }
        return auditor;
    }

    /**
     * Takes one step: reads, judges, writes what was found, and stores the position.
     *
     * @param max how many events are read at most
     * @return whether more can be read at once
     * @throws IOException when provenance cannot be read or the position not be stored
     * @throws JournalException when a journal cannot be read; what was judged before is written
     * @throws io.nifireplay.audit.AuditException when the trail cannot be written; it is kept for the next step
     */
    public boolean advance(int max, Journals journals, AuditTrail trail, Entries entries) throws IOException {
        write(trail, entries);
        boolean more;
        Optional<JournalException> failure;
        switch (tail.next(position, max)) {
            case ProvenanceTail.Next.Nothing nothing -> {
                more = false;
                failure = Optional.empty();
            }
            case ProvenanceTail.Next.Missing missing -> {
                unwritten.add(new Finding.Missing(missing.gap()));
                position = missing.then();
                more = true;
                failure = Optional.empty();
            }
            case ProvenanceTail.Next.Events read -> {
                failure = judge(read.events(), journals);
                more = read.events().size() >= max;
            }
        }
        if (failure.isEmpty()) {
            failure = judgeHeldBack(journals);
        }
        position = position.withHeldBack(findings.heldBack());
        write(trail, entries);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return more;
    }

    /** How many findings wait for the trail. */
    public int unwritten() {
        return unwritten.size();
    }

    /** Goes as far as the journals can be read; the position is behind the last event that was judged. */
    private Optional<JournalException> judge(List<ProvenanceEventRecord> events, Journals journals) {
        Optional<ProvenanceEventRecord> last = Optional.empty();
        Optional<JournalException> failure = Optional.empty();
        for (ProvenanceEventRecord event : events) {
            if (!position.skips(event)) {
                try {
                    unwritten.addAll(findings.take(event, journals));
                } catch (JournalException e) {
                    failure = Optional.of(e);
                    break;
                }
            }
            last = Optional.of(event);
        }
        last.ifPresent(event -> position = position.after(event));
        return failure;
    }

    private Optional<JournalException> judgeHeldBack(Journals journals) {
        try {
            unwritten.addAll(findings.due(journals));
            return Optional.empty();
        } catch (JournalException e) {
            return Optional.of(e);
        }
    }

    private void write(AuditTrail trail, Entries entries) throws IOException {
        if (!unwritten.isEmpty()) {
            trail.append(entries.of(unwritten));
            unwritten.clear();
        }
        if (!stored.equals(Optional.of(position))) {
            positions.store(position);
            stored = Optional.of(position);
        }
    }
}
