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
package io.nifireplay.journal;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Where a journal takes time and chance from, so that a test decides both.
 *
 * @param clock the wall clock
 * @param ticker nanoseconds that never go back, for what is measured: leases and rates
 * @param random for jitter; used by several threads
 */
public record JournalTime(InstantSource clock, LongSupplier ticker, RandomGenerator random) {
    public static JournalTime system() {
        return new JournalTime(Clock.systemUTC(), System::nanoTime, new SecureRandom());
    }
}
