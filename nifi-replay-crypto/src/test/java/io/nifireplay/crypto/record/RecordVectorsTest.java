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
package io.nifireplay.crypto.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.crypto.testing.FixedRandom;
import io.nifireplay.crypto.testing.Vectors;
import io.nifireplay.crypto.testing.Vectors.Vector;
import java.io.IOException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordVectorsTest {
    static Stream<Vector> vectors() throws IOException {
        return Vectors.of("sealed-records.json", "records");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void sealsAndOpensTheVector(Vector vector) throws Exception {
        RecordEpoch epoch = RecordEpoch.begin(
                vector.keyring(),
                vector.text("purpose"),
                vector.number("epoch"),
                new FixedRandom(vector.bytes("salt")));
        for (int i = 0; i < vector.number("counter"); i++) {
            epoch.sealer().seal(new byte[i], new byte[0]);
        }

        byte[] sealed = epoch.sealer().seal(vector.content(), vector.bytes("context"));

        assertThat(HexFormat.of().formatHex(epoch.header())).isEqualTo(vector.text("epochHeader"));
        assertThat(HexFormat.of().formatHex(sealed)).isEqualTo(vector.text("sealed"));
        RecordOpener opener = new RecordOpener(vector.keyring(), vector.text("purpose"));
        opener.add(epoch.header());
        assertThat(opener.open(sealed, vector.bytes("context"))).isEqualTo(vector.content());
    }
}
