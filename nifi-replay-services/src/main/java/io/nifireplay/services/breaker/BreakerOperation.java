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
package io.nifireplay.services.breaker;

import io.nifireplay.services.settings.Choice;

/** Who decides where a circuit breaker stands. */
public enum BreakerOperation implements Choice {
    AUTOMATIC("automatic", "The outcomes of calls decide."),
    HELD_OPEN("held open", "A person holds it open: nothing is delivered, and leases do not run out meanwhile."),
    HELD_CLOSED("held closed", "A person holds it closed: everything is delivered, whatever comes of it.");

    private final Words words;

    BreakerOperation(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
