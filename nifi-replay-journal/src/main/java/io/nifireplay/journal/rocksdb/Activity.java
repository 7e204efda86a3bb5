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
package io.nifireplay.journal.rocksdb;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.JournalStatistics;
import io.nifireplay.journal.JournalStatistics.Arrivals;
import io.nifireplay.journal.JournalStatistics.Outcomes;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Admission.AcceptReason;
import io.nifireplay.journal.admission.Arrival;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the journal did since it was opened. Beside the journal's own order: any thread counts its own answers. */
final class Activity {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder replayed = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder conflicts = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder outsideOfJobs = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder withoutClaim = new LongAdder();
    private final LongAdder givenUp = new LongAdder();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Map<EventRef, Long> again = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EventRef, Long> eldest) {
            return size() > JournalStatistics.MAX_REPEATED;
        }
    };

    void admitted(List<Arrival> arrivals, List<Admission> answers, AskedReplays asked) {
        for (int i = 0; i < answers.size(); i++) {
            Admission answer = answers.get(i);
            count(answer);
            if (asked.isOutsideOfJobs(arrivals.get(i), answer)) {
                outsideOfJobs.increment();
            }
        }
    }

    private void count(Admission answer) {
        switch (answer) {
            case Admission.Accepted acceptance -> accepted(acceptance);
            case Admission.Duplicate ignored -> duplicates.increment();
            case Admission.InFlight ignored -> inFlight.increment();
            case Admission.Conflict ignored -> conflicts.increment();
            case Admission.DeadLetter ignored -> deadLetters.increment();
            case Admission.Rejected ignored -> rejected.increment();
            case Admission.Held ignored -> {
                // It comes again.
            }
            case Admission.Unreadable ignored -> {
                // Nobody knows what has arrived.
            }
        }
    }

    private void accepted(Admission.Accepted acceptance) {
        accepted.increment();
        if (acceptance.job().isPresent()) {
            replayed.increment();
        } else if (acceptance.reason() == AcceptReason.RETRY) {
            retried.increment();
        }
        boolean isRepetition =
                acceptance.reason() != AcceptReason.FIRST && acceptance.reason() != AcceptReason.SAME_FLOWFILE;
        if (isRepetition) {
            synchronized (again) {
                again.merge(acceptance.event(), 1L, Long::sum);
            }
        }
    }

    /** An outcome that counted. */
    void recorded(EventState before, EventState after) {
        if (after.status() == Status.COMPLETED && before.status() != Status.COMPLETED) {
            completed.increment();
            if (after.withoutClaim()) {
                withoutClaim.increment();
            }
        }
        boolean isGivenUp = after.isGivenUp() && !before.isGivenUp();
        if (isGivenUp) {
            givenUp.increment();
        }
        if (isGivenUp || after.failures() > before.failures()) {
            after.error().ifPresent(error -> failures(error.type()).increment());
        }
    }

    private LongAdder failures(String type) {
        boolean isOther = failures.size() >= JournalStatistics.MAX_ERROR_TYPES && !failures.containsKey(type);
        return failures.computeIfAbsent(
                isOther ? JournalStatistics.OTHER_ERROR_TYPES : type, absent -> new LongAdder());
    }

    Arrivals arrivals() {
        return new Arrivals(
                accepted.sum(),
                retried.sum(),
                replayed.sum(),
                duplicates.sum(),
                inFlight.sum(),
                conflicts.sum(),
                deadLetters.sum(),
                rejected.sum(),
                outsideOfJobs.sum());
    }

    Outcomes outcomes() {
        Map<String, Long> byType = new TreeMap<>();
        failures.forEach((type, count) -> byType.put(type, count.sum()));
        return new Outcomes(completed.sum(), withoutClaim.sum(), givenUp.sum(), byType);
    }

    Map<EventRef, Long> repeated() {
        synchronized (again) {
            return Map.copyOf(again);
        }
    }
}
