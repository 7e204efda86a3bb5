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
package io.nifireplay.journal.governance;

import java.time.Duration;

/**
 * What share of a job's events may fail before the job stops.
 *
 * @param share 0 to 1, of those that were settled within the window; looked at from {@link
 *     io.nifireplay.journal.replay.Limits#ERROR_BUDGET_SAMPLE} outcomes on
 * @param window how far back is looked, 1 second to 1 day
 * @param action what happens to the job above it
 */
public record ErrorBudget(double share, Duration window, Action action) {
    private static final Duration MIN_WINDOW = Duration.ofSeconds(1);
    private static final Duration MAX_WINDOW = Duration.ofDays(1);

    /** What is done to a job that is above it. */
    public enum Action {
        PAUSE,
        ABORT
    }

    public ErrorBudget {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("The error budget is " + share + ", but must be from 0 to 1");
        }
        if (window.compareTo(MIN_WINDOW) < 0 || window.compareTo(MAX_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "The error budget's window is " + window + ", but must be from 1 second to 1 day");
        }
    }

    /** Whether it allows something that the other does not; budgets over different windows do not compare, so it may. */
    boolean isLooserThan(ErrorBudget other) {
        boolean milder = action == Action.PAUSE && other.action == Action.ABORT;
        return share > other.share || milder || !window.equals(other.window);
    }
}
