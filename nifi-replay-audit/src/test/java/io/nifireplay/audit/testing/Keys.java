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
package io.nifireplay.audit.testing;

import io.nifireplay.audit.note.SigningKey;
import java.util.Arrays;

/** Signing keys of tests, the same in every run and in every process. */
public final class Keys {
    public static final String ORIGIN = "example.com/audit/node-1";

    private Keys() {}

    public static SigningKey signing(int number) {
        return signing(ORIGIN, number);
    }

    public static SigningKey signing(String origin, int number) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) number);
        return SigningKey.of(origin, seed);
    }
}
