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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which alarms were told: each is told once when it begins and once when it is over. */
public final class Alarms {
    private final Map<String, Alarm> told = new LinkedHashMap<>();

    /**
     * What is to be told now.
     *
     * @param begun alarms that are new
     * @param over alarms that are no more
     */
    public record News(List<Alarm> begun, List<Alarm> over) {
        public News {
            begun = List.copyOf(begun);
            over = List.copyOf(over);
        }
    }

    /** @param present all alarms there are now */
    public News update(List<Alarm> present) {
        Map<String, Alarm> now = new LinkedHashMap<>();
        List<Alarm> begun = new ArrayList<>();
        for (Alarm alarm : present) {
            if (now.putIfAbsent(alarm.subject(), alarm) == null && !told.containsKey(alarm.subject())) {
                begun.add(alarm);
            }
        }
        List<Alarm> over = told.values().stream()
                .filter(alarm -> !now.containsKey(alarm.subject()))
                .toList();
        told.clear();
        told.putAll(now);
        return new News(begun, over);
    }
}
