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
package io.nifireplay.journal.replay;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What bounds a job.
 *
 * @param ratePerSecond events emitted per second at most, above 0; absent for no limit
 * @param concurrency events emitted and not settled at most, 1 or more
 * @param endTime when it stops, done or not
 * @param errorBudget the share of settled events that may fail before the job pauses, 0 to 1; looked at from
 *     {@link #ERROR_BUDGET_SAMPLE} outcomes on
 * @param strictOrder whether an event is emitted only after the one before it in its partition is settled
 * @param newEvents what becomes of events that arrive in the job's partitions while it is open
 */
public record Limits(
        Optional<Double> ratePerSecond,
        int concurrency,
        Optional<Instant> endTime,
        Optional<Double> errorBudget,
        boolean strictOrder,
        NewEvents newEvents) {
    public static final int DEFAULT_CONCURRENCY = 10_000;
    public static final int ERROR_BUDGET_SAMPLE = 20;
    public static final Limits NONE =
            new Limits(Optional.empty(), DEFAULT_CONCURRENCY, Optional.empty(), Optional.empty(), false);

    public Limits {
        // Of a job that was opened before events could be held.
        newEvents = Objects.requireNonNullElse(newEvents, NewEvents.PASS);
        ratePerSecond.filter(rate -> !(rate > 0)).ifPresent(rate -> {
            throw new IllegalArgumentException("The rate is " + rate + ", but must be above 0");
        });
        if (concurrency < 1) {
            throw new IllegalArgumentException("The concurrency is " + concurrency + ", but must be 1 or more");
        }
        errorBudget.filter(share -> !(share >= 0 && share <= 1)).ifPresent(share -> {
            throw new IllegalArgumentException("The error budget is " + share + ", but must be from 0 to 1");
        });
    }

    /** Limits that let new events pass. */
    public Limits(
            Optional<Double> ratePerSecond,
            int concurrency,
            Optional<Instant> endTime,
            Optional<Double> errorBudget,
            boolean strictOrder) {
        this(ratePerSecond, concurrency, endTime, errorBudget, strictOrder, NewEvents.PASS);
    }

    public Limits withNewEvents(NewEvents value) {
        return new Limits(ratePerSecond, concurrency, endTime, errorBudget, strictOrder, value);
    }
}
