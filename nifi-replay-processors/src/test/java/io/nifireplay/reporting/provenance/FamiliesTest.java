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

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Token;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FamiliesTest {
    private static final JournalToken EVENT =
            new JournalToken(new UUID(1, 1), new Token(Token.Kind.ADMISSION, new EventRef("orders", 1), 1, 1, 0));

    @Test
    void aSingleFlowFileIsAlone() {
        Families families = new Families();
        assertThat(families.without("one", Optional.of(EVENT))).containsExactly(new Families.Left(EVENT, false, false));
        assertThat(families.without("one", Optional.empty())).isEmpty();
        assertThat(families.knows("one")).isFalse();
    }

    @Test
    void childrenOfChildrenAreOfTheFamily() {
        Families families = new Families();
        families.grow(List.of("one"), List.of("two"), Optional.of(EVENT));
        families.grow(List.of("two"), List.of("three"), Optional.empty());
        families.end("one", Optional.of(EVENT));
        families.end("two", Optional.empty());
        assertThat(families.without("three", Optional.empty())).containsExactly(new Families.Left(EVENT, false, false));
    }

    @Test
    void whatIsForgottenCountsAsAlive() {
        Families families = new Families(3);
        families.grow(List.of("one"), List.of("two"), Optional.of(EVENT));
        families.grow(List.of("x"), List.of("y"), Optional.empty());
        assertThat(families.knows("one")).isFalse();
        assertThat(families.without("two", Optional.of(EVENT))).containsExactly(new Families.Left(EVENT, false, true));
    }
}
