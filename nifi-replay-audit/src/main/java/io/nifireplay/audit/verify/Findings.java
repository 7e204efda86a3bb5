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
package io.nifireplay.audit.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a verification finds, by all of its threads. */
final class Findings {
    /** More than this are counted, and not listed. */
    static final int MAX_PROBLEMS = 100;

    private final List<Problem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> unchecked = new ArrayList<>();
    private long moreProblems;

    synchronized void add(Problem problem) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(problem);
            return;
        }
        moreProblems++;
        // The first misfit is what is asked for: it shall not be among those that are left out.
        int last = 0;
        for (int i = 1; i < problems.size(); i++) {
            last = first(problems.get(i)) > first(problems.get(last)) ? i : last;
        }
        if (first(problem) < first(problems.get(last))) {
            problems.set(last, problem);
        }
    }

    private static long first(Problem problem) {
        return problem.entries().map(Problem.Range::first).orElse(-1L);
    }

    synchronized void note(String note) {
        notes.add(note);
    }

    synchronized void unchecked(String what) {
        unchecked.add(what);
    }

    synchronized List<Problem> problems() {
        return problems.stream()
                .sorted(Comparator.comparingLong(Findings::first))
                .toList();
    }

    synchronized long moreProblems() {
        return moreProblems;
    }

    synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    synchronized List<String> unchecked() {
        return List.copyOf(unchecked);
    }

    synchronized boolean isEmpty() {
        return problems.isEmpty();
    }
}
