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
package io.nifireplay.processors;

import io.nifireplay.services.breaker.CircuitBreaker;
import io.nifireplay.services.breaker.CircuitBreakerService;
import java.util.Optional;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

/** The property by which all who deliver to one downstream name its circuit breaker. */
final class Breakers {
    static final PropertyDescriptor CIRCUIT_BREAKER = new PropertyDescriptor.Builder()
            .name("Circuit Breaker")
            .description(
                    "The circuit breaker of the downstream. GuardDelivery, CompleteEvent and ReplayEvents of a branch name the"
                            + " same one: CompleteEvent tells it what came of calls, GuardDelivery holds its queue while it is"
                            + " open, and ReplayEvents replays no faster than the downstream bears.")
            .identifiesControllerService(CircuitBreakerService.class)
            .build();

    private Breakers() {}

    static Optional<CircuitBreaker> of(PropertyContext context) {
        return Optional.ofNullable(
                        context.getProperty(CIRCUIT_BREAKER).asControllerService(CircuitBreakerService.class))
                .map(CircuitBreakerService::getCircuitBreaker);
    }
}
