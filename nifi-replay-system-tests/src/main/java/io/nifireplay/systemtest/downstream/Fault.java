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
package io.nifireplay.systemtest.downstream;

import java.util.Map;

/** What a key meets instead of success, and how many more times. */
record Fault(int status, int times) {
    /** Not a status: the call is served and gets no answer. */
    static final int NO_ANSWER = -1;

    static final Fault NONE = new Fault(200, Integer.MAX_VALUE);

    /** Uses the fault up by one; what this call meets, which is nothing if another call took the last one. */
    Fault use(Map<String, Fault> faults, String key) {
        if (this == NONE) {
            return NONE;
        }
        Fault[] met = {NONE};
        faults.computeIfPresent(key, (same, fault) -> {
            met[0] = fault;
            if (fault.times() == Integer.MAX_VALUE) {
                return fault;
            }
            return fault.times() == 1 ? null : new Fault(fault.status(), fault.times() - 1);
        });
        return met[0];
    }
}
