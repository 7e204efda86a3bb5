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
import java.util.List;
import java.util.Locale;

/** Rows with aligned columns: texts to the left, numbers to the right. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    private Table(String[] heads, boolean[] right) {
        rows.add(heads);
        this.right = right;
    }

    /** A table of results, with the range of the rounds of both sides. */
    public static Table of(List<BenchResult> results) {
        Table table = new Table(
                new String[] {
                    "name", "unit", "ours", "(min … max)", "peer", "(min … max)", "ratio", "bar", "met", "peer name"
                },
                new boolean[] {false, false, true, true, true, true, true, true, false, false});
        for (BenchResult result : results) {
            table.rows.add(new String[] {
                result.name(),
                result.unit(),
                number(result.ours().median()),
                range(result.ours()),
                number(result.peer().median()),
                range(result.peer()),
                String.format(Locale.ROOT, "%.2f", result.ratio()),
                result.bar().isPresent()
                        ? String.format(Locale.ROOT, "%.2f", result.bar().getAsDouble())
                        : "-",
                result.bar().isEmpty() ? "-" : result.met() ? "yes" : "NO",
                result.peerName()
            });
        }
        return table;
    }

    private static String range(Runs runs) {
        return "(" + number(runs.minimum()) + " … " + number(runs.maximum()) + ")";
    }

    /** A number as people read it. */
    public static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%,.1f", value);
    }

    @Override
    public String toString() {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String padding = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : "  ").append(right[i] ? padding + row[i] : row[i] + padding);
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
