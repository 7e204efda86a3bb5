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
package io.nifireplay.audit.tiles;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TilePathTest {
    @Test
    void writesTheExampleOfTheSpecification() {
        assertThat(TilePath.full(0, 1234067)).hasToString("tile/0/x001/x234/067");
        assertThat(new TilePath(TilePath.ENTRIES, 0, 5)).hasToString("tile/entries/000.p/5");
        assertThat(TilePath.full(1, 999)).hasToString("tile/1/999");
        assertThat(TilePath.full(1, 1000)).hasToString("tile/1/x001/000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tile/0/00",
                "tile/0/0000",
                "tile/0/x000/001",
                "tile/0/001/002",
                "tile/0/x001/x002",
                "tile/0/000.p/0",
                "tile/0/000.p/256",
                "tile/0/000.p/01",
                "tile/00/000",
                "tile/8/000",
                "tile/-1/000",
                "/tile/0/000",
                "tile/0/000/",
                "tile/entry/000",
                "tile/0/x999/x999/x999/x999/x999/x999/999",
                "checkpoint"
            })
    void refusesEveryOtherPath(String path) {
        assertThat(TilePath.parse(path)).isEmpty();
    }

    @Test
    void countsHashesAsTheSpecificationsExampleDoes() {
        assertThat(TilePath.hashes(0, 70_000) / 256).isEqualTo(273);
        assertThat(TilePath.hashes(0, 70_000) % 256).isEqualTo(112);
        assertThat(TilePath.hashes(1, 70_000) / 256).isEqualTo(1);
        assertThat(TilePath.hashes(1, 70_000) % 256).isEqualTo(17);
        assertThat(TilePath.hashes(2, 70_000)).isEqualTo(1);
        assertThat(TilePath.hashes(7, Long.MAX_VALUE)).isEqualTo(127);
    }
}
