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

import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.services.breaker.Call;
import io.nifireplay.services.breaker.CircuitBreaker;
import java.util.List;
import java.util.Optional;

/** The circuit breaker's permission for claims: taken before they are made, given back for those that come to nothing. */
final class Permissions {
    private final Optional<CircuitBreaker> breaker;
    private final List<Claim> claims;
    private final List<Call> calls;

    /** @param wanted in the order in which they are wanted; the first of them get permission */
    Permissions(Optional<CircuitBreaker> breaker, List<Claim> wanted) {
        this.breaker = breaker;
        List<Call> all = breaker.isEmpty()
                ? List.of()
                : wanted.stream()
                        .map(claim -> Call.of(claim.token(), claim.effect(), claim.fragment()))
                        .toList();
        int count = breaker.map(one -> one.begin(all)).orElse(wanted.size());
        claims = wanted.subList(0, count);
        calls = all.subList(0, Math.min(count, all.size()));
    }

    /** How many of the claims have permission. */
    int count() {
        return claims.size();
    }

    /** Makes the claims that have permission. */
    List<ClaimResult> claim(EventJournal journal) {
        if (claims.isEmpty()) {
            return List.of();
        }
        List<ClaimResult> results;
        try {
            results = journal.claim(claims);
        } catch (RuntimeException e) {
            breaker.ifPresent(one -> calls.forEach(one::withdraw));
            throw e;
        }
        breaker.ifPresent(one -> {
            for (int i = 0; i < results.size(); i++) {
                if (!(results.get(i) instanceof ClaimResult.Deliver)) {
                    one.withdraw(calls.get(i));
                }
            }
        });
        return results;
    }
}
