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

import java.util.Optional;

/**
 * What becomes of a coordinator's wish to govern a journal by its policy. The first one is trusted; a stricter policy counts
 * at once; anything looser, and anybody else, waits for an approver of what is pinned.
 */
public final class PinRules {
    private PinRules() {}

    /** What happened to who governs a journal, and by what. */
    public enum Change {
        /** The journal had no coordinator; this one was trusted. */
        PINNED,
        /** The policy became stricter, which needs no approval. */
        TIGHTENED,
        /** A looser policy, or another coordinator or policy service, waits for an approval. */
        WAITING,
        /** What waited does not any more: the coordinator has gone back to what is pinned. */
        WITHDRAWN,
        /** An approver has let what waited take the place of what was pinned. */
        APPROVED
    }

    /**
     * How the journal is governed from now on.
     *
     * @param change empty when nothing has changed
     */
    public record Ruling(Governance governance, Optional<Change> change) {}

    public static Ruling wish(Governance before, Pin wish) {
        if (before.pinned().isEmpty()) {
            return new Ruling(new Governance(Optional.of(wish), Optional.empty()), Optional.of(Change.PINNED));
        }
        Pin pinned = before.pinned().get();
        boolean same = pinned.coordinator().equals(wish.coordinator())
                && pinned.policyService().equals(wish.policyService());
        if (same && pinned.policy().equals(wish.policy())) {
            Optional<Change> change = before.waiting().isPresent() ? Optional.of(Change.WITHDRAWN) : Optional.empty();
            return new Ruling(new Governance(before.pinned(), Optional.empty()), change);
        }
        if (same && !wish.policy().isLooserThan(pinned.policy())) {
            return new Ruling(new Governance(Optional.of(wish), Optional.empty()), Optional.of(Change.TIGHTENED));
        }
        boolean waitsAlready = before.waiting().filter(wish::asksForTheSameAs).isPresent();
        return waitsAlready
                ? new Ruling(before, Optional.empty())
                : new Ruling(new Governance(before.pinned(), Optional.of(wish)), Optional.of(Change.WAITING));
    }

    /**
     * @param digest of what waits, as the caller has seen it
     * @throws NotPermittedException when the caller approves nothing
     * @throws StaleVersionException when nothing waits, or something else
     */
    public static Ruling approve(Governance before, String digest, Caller caller) {
        JobRules.requireApprover(caller, before);
        Pin waiting = before.waiting()
                .filter(pin -> pin.digest().equals(digest))
                .orElseThrow(() -> new StaleVersionException(before.waiting()
                        .map(pin -> "Something else waits for an approval now: " + pin.digest() + ". Look at it again")
                        .orElse("No policy and no coordinator waits for an approval")));
        return new Ruling(new Governance(Optional.of(waiting), Optional.empty()), Optional.of(Change.APPROVED));
    }
}
