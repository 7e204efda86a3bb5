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
package io.nifireplay.journal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.journal.EffectState;
import io.nifireplay.journal.EffectState.Progress;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.AdmissionTable.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of docs/architecture.md, row by row, against all that can meet it. */
class AdmissionTableTest {
    private static final long LEASE_CLOCK = 1_000_000;

    /** A star stands for any; the first row that fits counts. The columns to the right are the kinds of arrival. */
    private static final String TABLE = """
            state       | lease | downstream | content | unknown  || NEW                | SAME_FLOWFILE      | JOB                  | FORCED
            unseen      | *     | *          | *       | *        || ADMIT_FIRST        | ADMIT_FIRST        | REJECT_UNSEEN        | REJECT_UNSEEN
            *           | *     | *          | other   | *        || CONFLICT           | CONFLICT           | REJECT_OTHER_CONTENT | REJECT_OTHER_CONTENT
            IN_FLIGHT   | runs  | *          | same    | *        || IN_FLIGHT          | ADMIT_SAME         | IN_FLIGHT            | IN_FLIGHT
            IN_FLIGHT   | ended | *          | same    | *        || ADMIT_TAKEOVER     | ADMIT_SAME         | ADMIT_TAKEOVER       | ADMIT_TAKEOVER
            DELIVERING  | runs  | *          | same    | *        || IN_FLIGHT          | IN_FLIGHT          | IN_FLIGHT            | IN_FLIGHT
            DELIVERING  | ended | idempotent | same    | *        || ADMIT_TAKEOVER     | ADMIT_TAKEOVER     | ADMIT_TAKEOVER       | ADMIT_TAKEOVER
            DELIVERING  | ended | other      | same    | excluded || OUTCOME_UNKNOWN    | OUTCOME_UNKNOWN    | OUTCOME_UNKNOWN      | OUTCOME_UNKNOWN
            DELIVERING  | ended | other      | same    | included || OUTCOME_UNKNOWN    | OUTCOME_UNKNOWN    | ADMIT_TAKEOVER       | ADMIT_TAKEOVER
            FAILED      | *     | *          | same    | *        || ADMIT_RETRY        | ADMIT_RETRY        | ADMIT_RETRY          | ADMIT_RETRY
            COMPLETED   | *     | *          | same    | *        || DUPLICATE          | DUPLICATE          | DUPLICATE            | ADMIT_NEXT_GENERATION
            DEAD_LETTER | *     | *          | same    | *        || DEAD_LETTER        | DEAD_LETTER        | ADMIT_REVIVED        | ADMIT_REVIVED
            """;

    private static final List<Row> ROWS =
            TABLE.lines().skip(1).map(AdmissionTableTest::row).toList();

    @ParameterizedTest
    @MethodSource("cells")
    void decidesEveryCellAsTheTableSays(Cell cell) {
        Decision expected = rowFor(cell).decisions().get(cell.kind());

        assertThat(decide(cell)).as("%s", cell).isEqualTo(expected);
    }

    @Test
    void everyRowOfTheTableIsMet() {
        Set<Row> met = new HashSet<>();
        cells().forEach(cell -> met.add(rowFor(cell)));

        assertThat(met).containsExactlyInAnyOrderElementsOf(ROWS);
    }

    @Test
    void everyDecisionIsReached() {
        assertThat(cells().map(AdmissionTableTest::decide)).contains(Decision.values());
    }

    @ParameterizedTest
    @EnumSource(ArrivalKind.class)
    void aLeaseEndsAtItsEndAndNotBefore(ArrivalKind kind) {
        EventState state = state(Status.DELIVERING, true, true);
        long end = state.leaseEnd();

        assertThat(AdmissionTable.decide(Optional.of(state), kind, true, end - 1, false))
                .isEqualTo(Decision.IN_FLIGHT);
        assertThat(AdmissionTable.decide(Optional.of(state), kind, true, end, false))
                .isEqualTo(Decision.ADMIT_TAKEOVER);
    }

    @Test
    void oneClaimToADownstreamThatIsNotIdempotentIsEnoughToBeUnknown() {
        EventState state = state(Status.DELIVERING, false, true)
                .change()
                .effects(List.of(claimed("mail", false), claimed("row", true)))
                .at(0);

        assertThat(AdmissionTable.decide(Optional.of(state), ArrivalKind.NEW, true, LEASE_CLOCK, false))
                .isEqualTo(Decision.OUTCOME_UNKNOWN);
    }

    @Test
    void whatIsDoneDoesNotMakeTheOutcomeUnknown() {
        EffectState done = new EffectState("mail", Progress.COMPLETED, 1, "flowfile", false, 0, "", 0, 0, 0);
        EventState state = state(Status.DELIVERING, false, true)
                .change()
                .effects(List.of(done, claimed("row", true)))
                .at(0);

        assertThat(AdmissionTable.decide(Optional.of(state), ArrivalKind.NEW, true, LEASE_CLOCK, false))
                .isEqualTo(Decision.ADMIT_TAKEOVER);
    }

    private static Stream<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        List<Optional<Status>> states = new ArrayList<>(List.of(Optional.empty()));
        Arrays.stream(Status.values()).map(Optional::of).forEach(states::add);
        for (Optional<Status> status : states) {
            for (ArrivalKind kind : ArrivalKind.values()) {
                for (int bits = 0; bits < 16; bits++) {
                    cells.add(
                            new Cell(status, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, kind));
                }
            }
        }
        return cells.stream();
    }

    private static Decision decide(Cell cell) {
        return AdmissionTable.decide(
                cell.status().map(status -> state(status, cell.leaseRuns(), cell.idempotent())),
                cell.kind(),
                cell.sameContent(),
                LEASE_CLOCK,
                cell.includeUnknown());
    }

    private static EventState state(Status status, boolean leaseRuns, boolean idempotent) {
        return new EventState(
                status,
                1,
                3,
                1,
                "flowfile",
                leaseRuns ? LEASE_CLOCK + 1 : LEASE_CLOCK,
                0,
                List.of(status == Status.DELIVERING ? claimed("effect", idempotent) : EffectState.pending("effect")),
                Optional.empty(),
                0,
                false,
                false,
                0,
                0,
                0,
                0,
                false);
    }

    private static EffectState claimed(String name, boolean idempotent) {
        return new EffectState(name, Progress.CLAIMED, 3, "flowfile", idempotent, 0, "", 0, 0, 0);
    }

    private static Row rowFor(Cell cell) {
        return ROWS.stream().filter(row -> row.fits(cell)).findFirst().orElseThrow();
    }

    private static Row row(String line) {
        List<String> words =
                Arrays.stream(line.split("\\|+")).map(String::strip).toList();
        Map<ArrivalKind, Decision> decisions = new EnumMap<>(ArrivalKind.class);
        for (ArrivalKind kind : ArrivalKind.values()) {
            decisions.put(kind, Decision.valueOf(words.get(5 + kind.ordinal())));
        }
        return new Row(words.get(0), words.get(1), words.get(2), words.get(3), words.get(4), decisions);
    }

    private record Cell(
            Optional<Status> status,
            boolean leaseRuns,
            boolean idempotent,
            boolean sameContent,
            boolean includeUnknown,
            ArrivalKind kind) {}

    private record Row(
            String state,
            String lease,
            String downstream,
            String content,
            String unknown,
            Map<ArrivalKind, Decision> decisions) {
        boolean fits(Cell cell) {
            return is(state, cell.status().map(Status::name).orElse("unseen"))
                    && is(lease, cell.leaseRuns() ? "runs" : "ended")
                    && is(downstream, cell.idempotent() ? "idempotent" : "other")
                    && is(content, cell.sameContent() ? "same" : "other")
                    && is(unknown, cell.includeUnknown() ? "included" : "excluded");
        }

        private static boolean is(String wanted, String found) {
            return wanted.equals("*") || wanted.equals(found);
        }
    }
}
