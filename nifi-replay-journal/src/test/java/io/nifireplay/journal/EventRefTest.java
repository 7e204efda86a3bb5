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
package io.nifireplay.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRefTest {
    @ParameterizedTest
    @ValueSource(strings = {"default", "a/b", "/", "7/7", "line\nbreak", "ü"})
    void readsWhatItWrites(String partition) {
        EventRef event = new EventRef(partition, 42);

        assertThat(EventRef.parse(event.toString())).contains(event);
    }

    @Test
    void readsTheLargestPositionsThatThereCanBe() {
        assertThat(EventRef.parse("p/999999999999999999")).contains(new EventRef("p", 999_999_999_999_999_999L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "default",
                "default/",
                "/1",
                "default/0",
                "default/01",
                "default/-1",
                "default/1 ",
                "p/9999999999999999999"
            })
    void whatIsNoEventIsNone(String text) {
        assertThat(EventRef.parse(text)).isEmpty();
    }
}
