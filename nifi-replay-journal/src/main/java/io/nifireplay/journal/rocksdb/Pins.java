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

import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.Governing;
import io.nifireplay.journal.governance.JobRules;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.PinRules;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.outbox.Happening;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.TokenBucket;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Who governs the journal's replay jobs, and by what. Everything but {@link #published} is for the one thread that commits;
 * what it changes in memory is dropped with the whole when its write fails.
 */
final class Pins {
    private static final byte[] PINNED = Engine.text("pinned");
    private static final byte[] WAITING = Engine.text("waiting");

    private Governance governance;
    private Optional<String> digest;
    private volatile Governance published;
    private final TokenBucket bucket;

    private Pins(Governance governance, long nanos) {
        this.governance = governance;
        digest = digest(governance);
        published = governance;
        bucket = new TokenBucket(nanos);
    }

    static Pins load(Store store, long nanos) {
        return new Pins(new Governance(row(store, PINNED), row(store, WAITING)), nanos);
    }

    private static Optional<Pin> row(Store store, byte[] key) {
        return Optional.ofNullable(store.get(Table.GOVERNANCE, key)).map(row -> JsonRow.read(row, Pin.class));
    }

    private static Optional<String> digest(Governance governance) {
        return governance.pinned().map(pin -> pin.policy().digest());
    }

    Governance governance() {
        return governance;
    }

    /** For any thread: as it was last written. */
    Governance published() {
        return published;
    }

    void publish() {
        published = governance;
    }

    /** Of the policy in force, empty when there is none. */
    Optional<String> digest() {
        return digest;
    }

    Optional<ReplayPolicy> policy() {
        return governance.pinned().map(Pin::policy);
    }

    /** Whether jobs may emit at this time. */
    boolean isOpen(Instant now) {
        return policy().flatMap(ReplayPolicy::window)
                .map(window -> window.isOpen(now))
                .orElse(true);
    }

    /** How many events all jobs together may emit now, by the policy's rate. */
    int allowance(long nanos) {
        return policy().flatMap(ReplayPolicy::ratePerSecond)
                .map(rate -> bucket.available(rate, nanos))
                .orElse(Integer.MAX_VALUE);
    }

    void spend(int count) {
        if (policy().flatMap(ReplayPolicy::ratePerSecond).isPresent()) {
            bucket.take(count);
        }
    }

    /** How many events all jobs that run may have emitted and not settled, empty for no limit. */
    OptionalInt concurrency() {
        return policy().map(ReplayPolicy::concurrency).orElse(OptionalInt.empty());
    }

    /** Writes down how the journal is governed from now on, and what that means for its jobs. */
    void become(Transaction transaction, Jobs jobs, PinRules.Ruling ruling, Optional<Caller> approver, String why) {
        if (ruling.change().isEmpty()) {
            return;
        }
        Optional<String> before = digest;
        governance = ruling.governance();
        digest = digest(governance);
        write(transaction, PINNED, governance.pinned());
        write(transaction, WAITING, governance.waiting());
        digest.ifPresent(transaction.notes()::under);
        PinRules.Change change = ruling.change().get();
        Pin told = change == PinRules.Change.WAITING
                ? governance.waiting().orElseThrow()
                : governance.pinned().orElseThrow();
        transaction
                .notes()
                .note(new Happening.GovernanceChanged(
                        change,
                        told.coordinator(),
                        told.policyService(),
                        before,
                        told.policy().digest(),
                        told.policy().namelessJson(),
                        approver.map(Caller::identity),
                        why));
        for (Job job : List.copyOf(jobs.all())) {
            follow(transaction, job);
        }
    }

    private static void write(Transaction transaction, byte[] key, Optional<Pin> pin) {
        pin.ifPresentOrElse(
                row -> transaction.put(Table.GOVERNANCE, key, JsonRow.write(row)),
                () -> transaction.delete(Table.GOVERNANCE, key));
    }

    private void follow(Transaction transaction, Job job) {
        Pin pin = governance.pinned().orElseThrow();
        Optional<Governing> governing = job.governing();
        boolean ofAnother = governing
                .filter(by -> !by.coordinator().equals(pin.coordinator()))
                .isPresent();
        if (job.isForced() && ofAnother && !job.state().isOver()) {
            job.enter(JobState.FAILED, "Its coordinator does not govern the journal any more", transaction);
            return;
        }
        switch (job.state()) {
            case RUNNING -> pauseIfStopped(transaction, job, pin);
            case APPROVED ->
                governing
                        .flatMap(by -> JobRules.problem(
                                by,
                                job.version(),
                                pin,
                                job.request().mode(),
                                Instant.ofEpochMilli(transaction.nowMillis())))
                        .ifPresent(problem -> job.unapprove(problem, transaction));
            case DRAFTED, PLANNING, PLANNED, AWAITING_APPROVAL, PAUSED, FINISHED, ABORTED, FAILED -> {
                // Nothing of it runs or may be started.
            }
        }
    }

    private void pauseIfStopped(Transaction transaction, Job job, Pin pin) {
        if (!pin.policy().enabled()) {
            job.enter(JobState.PAUSED, "The replay policy has switched replay off", transaction);
        } else if (job.isForced() && governance.waiting().isPresent()) {
            job.enter(JobState.PAUSED, "Another policy or coordinator waits for an approval", transaction);
        }
    }
}
