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

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.reporting.provenance.LossRule.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of {@link LossRule}, all of it. */
class LossRuleTest {
    private static final List<Removal> REMOVALS = List.of(
            new Removal.Emptied("CN=operator"),
            new Removal.Expired("Expiration Threshold = 1 min"),
            new Removal.AutoTerminated("Auto-Terminated by original Relationship"),
            new Removal.Discarded("Discard reason: why"),
            new Removal.SentToAnotherNode(),
            new Removal.NotTakenFromAnotherNode());

    static Stream<Arguments> open() {
        Verdict no = Verdict.NO_LOSS;
        Verdict loss = Verdict.LOSS;
        Verdict ask = Verdict.ASK_AGAIN;
        return Stream.of(
                Arguments.of(Carrier.THE_ONLY_ONE, List.of(loss, loss, ask, ask, no, no)),
                Arguments.of(Carrier.ONE_OF_SEVERAL, List.of(loss, loss, no, no, no, no)),
                Arguments.of(Carrier.NOT_ANY_MORE, List.of(no, no, no, no, no, no)));
    }

    @ParameterizedTest
    @MethodSource("open")
    void anOpenEventIsLostByWhatTheFlowDidNotEnd(Carrier carrier, List<Verdict> expected) {
        assertThat(REMOVALS.stream().map(removal -> LossRule.judge(removal, Standing.OPEN, carrier)))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void nothingIsLostThatTheJournalDoesNotWaitFor() {
        for (Standing standing : Standing.values()) {
            for (Removal removal : REMOVALS) {
                for (Carrier carrier : Carrier.values()) {
                    if (standing != Standing.OPEN) {
                        assertThat(LossRule.judge(removal, standing, carrier))
                                .as(standing + " " + removal + " " + carrier)
                                .isEqualTo(Verdict.NO_LOSS);
                    }
                }
            }
        }
    }

    @Test
    void everyKindOfRemovalIsInTheTable() {
        assertThat(REMOVALS.stream().map(Removal::getClass).distinct())
                .hasSize(Removal.class.getPermittedSubclasses().length);
    }
}
