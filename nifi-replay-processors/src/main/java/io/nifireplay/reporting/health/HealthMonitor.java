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
package io.nifireplay.reporting.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows one journal from reading to reading. For one thread. */
public final class HealthMonitor {
    private final HealthLimits limits;
    private final Optional<OddPatterns> patterns;
    private final Alarms alarms = new Alarms();
    private Optional<Reading> last = Optional.empty();

    /** @param patterns empty when nobody wants to know of them */
    public HealthMonitor(HealthLimits limits, Optional<OddPatterns> patterns) {
        this.limits = limits;
        this.patterns = patterns;
    }

    /**
     * What a reading says.
     *
     * @param health since the one before
     * @param news what is to be told
     */
    public record Finding(Health health, Alarms.News news) {}

    public Finding read(Reading reading) {
        Health health = last.map(before -> Health.between(before, reading)).orElseGet(() -> Health.first(reading));
        last = Optional.of(reading);
        List<Alarm> present = new ArrayList<>(limits.passed(health));
        patterns.ifPresent(rules -> present.addAll(rules.look(health)));
        return new Finding(health, alarms.update(present));
    }
}
