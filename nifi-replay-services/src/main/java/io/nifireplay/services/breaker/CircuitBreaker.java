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

import java.util.List;

/**
 * The circuit breaker of one downstream (M. Nygard, "Release It!", 2007), shared by all who deliver to it: while the
 * downstream is out, nobody calls it but a few probes. Every method may be called by several threads at once.
 */
public interface CircuitBreaker {
    BreakerStanding standing();

    /** How many calls may begin now, up to {@code max}; takes nothing. */
    int room(int max);

    /**
     * Takes permission for calls that are to begin, before they are claimed.
     *
     * @param calls in the order in which they are wanted
     * @return how many of them have permission: the first ones
     */
    int begin(List<Call> calls);

    /** Gives permission back for a call that was not made after all. */
    void withdraw(Call call);

    /**
     * Tells what came of a call. While the breaker is half open only what became of its probes counts: calls that began
     * before say nothing new.
     */
    void end(Call call, CallOutcome outcome);

    /** How many events may be replayed to this downstream now, up to {@code max}: by its pace, and none while it is out. */
    int replays(int max);

    /** So many were replayed. */
    void replayed(int count);

    /** The pace of replays as it is, events a second; 0 while the downstream is out. */
    double replaysPerSecond();
}
