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
package io.nifireplay.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One side of a comparison. */
public interface Contestant {
    String name();

    /** Does one round, from nothing. What it reached, in the unit of the comparison; more is better. */
    double round() throws Exception;

    /** One round of a contestant. */
    interface Round {
        double run() throws Exception;
    }

    static Contestant of(String name, Round round) {
        return new Contestant() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public double round() throws Exception {
                return round.run();
            }
        };
    }

    /**
     * Lets contestants take turns, each second round in the other order (first, second, second, first …): so what else the
     * machine does hits all of them, and what a system does behind its own work, such as merging an index each so many
     * events, does not always fall to the same one.
     *
     * @return the runs of each by its name; the warm-up round of each is not among them
     */
    static Map<String, Runs> takeTurns(BenchSettings settings, String unit, List<Contestant> contestants)
            throws Exception {
        return takeTurns(settings, 1, unit, contestants);
    }

    /**
     * The same with more rounds that are not counted, for what takes a while until its JVM has compiled it.
     *
     * @param warmUps of each contestant
     */
    static Map<String, Runs> takeTurns(BenchSettings settings, int warmUps, String unit, List<Contestant> contestants)
            throws Exception {
        Map<String, List<Double>> reached = new LinkedHashMap<>();
        for (int round = 1 - warmUps; round <= settings.rounds(); round++) {
            StringBuilder line = new StringBuilder(round <= 0 ? "warm-up:" : "round " + round + ":");
            for (Contestant contestant : round % 2 == 0 ? contestants.reversed() : contestants) {
                double value = contestant.round();
                line.append("  ").append(contestant.name()).append(" ").append(Table.number(value));
                if (round > 0) {
                    reached.computeIfAbsent(contestant.name(), absent -> new ArrayList<>())
                            .add(value);
                }
            }
            settings.say("%s  %s", line, unit);
        }
        Map<String, Runs> runs = new LinkedHashMap<>();
        reached.forEach((name, values) -> runs.put(name, new Runs(values)));
        return runs;
    }
}
