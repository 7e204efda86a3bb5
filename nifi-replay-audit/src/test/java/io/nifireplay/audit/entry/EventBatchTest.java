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
package io.nifireplay.audit.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nifireplay.audit.merkle.InclusionProof;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EventBatchTest {
    private static List<EventPlace> places(String partition, long from, long to, long step) {
        return new ArrayList<>(LongStream.iterate(from, position -> position <= to, position -> position + step)
                .mapToObj(position -> new EventPlace(partition, position))
                .toList());
    }

    @Test
    void consecutivePositionsAreARunThatNamesThemAll() {
        List<EventPlace> places = places("orders", 17, 1016, 1);
        places.addAll(places("stock/eu", 5, 5, 1));
        Collections.shuffle(places, new Random(1));

        EventBatch batch = EventBatch.of("journal", places);

        assertThat(batch.runs())
                .containsExactly(new EventBatch.Run("orders", 17, 1016), new EventBatch.Run("stock/eu", 5, 5));
        assertThat(batch.count()).isEqualTo(1001);
        assertThat(batch.isWhole()).isTrue();
        assertThat(batch.fitsItsRuns()).isTrue();
        assertThat(batch.names(new EventPlace("orders", 500))).isTrue();
        assertThat(batch.names(new EventPlace("orders", 1017))).isFalse();
    }

    @Test
    void anySingleEventOfABatchIsProvedToBeInItAndNoOther() {
        List<EventPlace> places = places("orders", 1, 700, 3);
        EventBatch batch = EventBatch.of("journal", places);
        for (EventPlace place : places) {
            InclusionProof proof = EventBatch.proof(places, place);
            assertThat(batch.contains(place, proof)).isTrue();
            assertThat(batch.contains(new EventPlace("orders", place.position() + 1), proof))
                    .isFalse();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> EventBatch.proof(places, new EventPlace("orders", 2)));
    }

    @Test
    void aBatchOfMoreRunsThanFitIsCutAndItsEventsAreProvedFromIdsThatWereKept() {
        List<EventPlace> places = places("orders", 1, 3000, 2);
        EventBatch batch = EventBatch.of("journal", places);

        assertThat(batch.runs()).hasSize(EventBatch.MAX_RUNS);
        assertThat(batch.isWhole()).isFalse();
        EventPlace last = new EventPlace("orders", 2999);
        assertThat(batch.names(last)).isFalse();
        assertThat(batch.contains(last, EventBatch.proof(places, last))).isTrue();
    }

    @Test
    void aRunThatWasWidenedDoesNotFitTheRoot() {
        EventBatch batch = EventBatch.of("journal", places("orders", 1, 10, 1));
        EventBatch widened = new EventBatch("journal", 10, batch.root(), List.of(new EventBatch.Run("orders", 2, 11)));

        assertThat(widened.fitsItsRuns()).isFalse();
    }

    @Test
    void anEventOfAWholeBatchIsProvedByItsRunsAlone() {
        List<EventPlace> places = places("orders", 1, 90, 3);
        places.addAll(places("orders", 200, 290, 1));
        places.addAll(places("stock", 7, 9, 1));
        EventBatch batch = EventBatch.of("journal", places);
        assertThat(batch.isOrdered()).isTrue();
        assertThat(batch.fitsItsRuns()).isTrue();
        for (EventPlace place : places) {
            assertThat(batch.proof(place)).contains(EventBatch.proof(places, place));
        }
        assertThat(batch.proof(new EventPlace("orders", 2))).isEmpty();
        EventBatch other = new EventBatch(
                "journal", batch.count(), EventBatch.of("journal", List.of()).root(), batch.runs());
        assertThat(other.proof(places.getFirst())).isEmpty();
    }

    @Test
    void runsThatAreNotInOrderOrHaveNoRoomAreNone() {
        EventBatch.Run first = new EventBatch.Run("orders", 1, 5);
        for (EventBatch.Run second : List.of(
                new EventBatch.Run("orders", 6, 7),
                new EventBatch.Run("orders", 3, 9),
                new EventBatch.Run("aisle", 1, 2),
                new EventBatch.Run("stock", 4, 3),
                new EventBatch.Run("stock", 0, 3))) {
            EventBatch batch = new EventBatch(
                    "journal", 9, EventBatch.of("journal", List.of()).root(), List.of(first, second));
            assertThat(batch.isOrdered()).as(second.toString()).isFalse();
            assertThat(batch.isCut()).as("there is room for more runs").isFalse();
        }
        long most = 999_999_999_999_999_999L;
        EventBatch endless = new EventBatch(
                "journal",
                9,
                EventBatch.of("journal", List.of()).root(),
                IntStream.range(0, 12)
                        .mapToObj(each -> new EventBatch.Run("p" + (char) ('a' + each), 1, most))
                        .toList());
        assertThat(endless.named()).isEqualTo(Long.MAX_VALUE);
        assertThat(EventBatch.of("journal", places("orders", 1, 3000, 2)).isCut())
                .isTrue();
    }

    @Test
    void idsAreReadAsTheyAreWritten() {
        EventPlace place = new EventPlace("a/b 1", 12);

        assertThat(EventPlace.parse(place.toString())).contains(place);
        assertThat(EventPlace.parse("12")).isEmpty();
        assertThat(EventPlace.parse("0/a")).isEmpty();
        assertThat(EventPlace.parse("/a")).isEmpty();
    }

    @Test
    void aListOfIdsIsCutAndProvedFromIdsThatWereKept() {
        List<String> ids = LongStream.range(0, 5000).mapToObj(Long::toString).toList();
        IdList list = IdList.of(ids);

        assertThat(list.count()).isEqualTo(5000);
        assertThat(list.listed()).hasSize(IdList.MAX_LISTED).startsWith("0", "1");
        assertThat(IdList.of(ids.subList(0, 4999)).root()).isNotEqualTo(list.root());
        assertThat(IdList.of(Collections.nCopies(50, "x".repeat(1000))).listed())
                .hasSizeLessThan(13);
    }
}
