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
package io.nifireplay.audit.entry;

import java.time.Instant;
import java.util.Optional;

/**
 * One entry of the audit trail: who did what, when, to which event, why and with what outcome. {@link EntryJson} gives the
 * form in which it is written.
 */
public sealed interface AuditEntry {
    /** When it happened; written to the millisecond. */
    Instant at();

    /** Who did it. */
    Actor actor();

    /**
     * An event was brought back, by a job or as a retry.
     *
     * @param attempt of the event, from 1
     * @param how such as by a job, as a retry that was due, or because the FlowFile before was lost
     * @param job empty when no job brought it
     * @param policy the replay policy in force, empty without one
     */
    record ReplayAttempted(
            Instant at,
            Actor actor,
            EventReference event,
            int attempt,
            String how,
            Optional<JobReference> job,
            Lineage lineage,
            Optional<String> policy)
            implements AuditEntry {}

    /** What became of an attempt. */
    enum Outcome {
        COMPLETED("completed"),
        FAILED("failed"),
        DEAD_LETTER("dead letter"),
        SUPERSEDED("superseded"),
        UNKNOWN("unknown");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        /** As an entry has it. */
        public String words() {
            return words;
        }
    }

    /**
     * An attempt that was a replay has ended.
     *
     * @param attempt of the event, from 1
     * @param job empty for a retry that was due
     * @param error type of the error, empty without one; not its text, which may hold content
     * @param policy the replay policy in force, empty without one
     */
    record AttemptEnded(
            Instant at,
            Actor actor,
            EventReference event,
            int attempt,
            Optional<JobReference> job,
            Outcome outcome,
            Optional<String> error,
            Lineage lineage,
            Optional<String> policy)
            implements AuditEntry {}

    /**
     * A replay job was asked for, approved, started, paused, resumed, aborted or has finished.
     *
     * @param before its state until then, empty for a new job
     * @param after its state from now on
     * @param requester on whose word, empty when nobody asked
     * @param why why it was asked for, or what stopped it
     * @param policy digest of the replay policy in force, empty without one
     * @param governed empty for a job that no coordinator governs
     */
    record JobChanged(
            Instant at,
            Actor actor,
            JobReference job,
            Optional<String> before,
            String after,
            Optional<Actor> requester,
            String why,
            Optional<String> policy,
            Optional<GovernedJob> governed)
            implements AuditEntry {
        /** Of a job that no coordinator governs. */
        public JobChanged(
                Instant at,
                Actor actor,
                JobReference job,
                Optional<String> before,
                String after,
                Optional<Actor> requester,
                String why,
                Optional<String> policy) {
            this(at, actor, job, before, after, requester, why, policy, Optional.empty());
        }
    }

    /**
     * What a coordinator knows of a job.
     *
     * @param version of the job from now on
     * @param items digest of the frozen set of events, empty before there is one
     * @param approver who has agreed to it, empty when nobody has
     */
    record GovernedJob(long version, Optional<String> items, Optional<Actor> approver) {}

    /**
     * NiFi was asked to replay a provenance event for a job, or would have been if nothing was in the way.
     *
     * @param event the journal's, empty when it knows none
     * @param asked NiFi's id of the provenance event
     * @param node the id of the cluster's node that has it, empty without a cluster
     * @param parent UUID of the FlowFile that it is of
     * @param outcome what NiFi did
     * @param lineage the FlowFile that NiFi made, and its REPLAY event if that was found
     */
    record ReplayAsked(
            Instant at,
            Actor actor,
            JobReference job,
            Optional<EventReference> event,
            long asked,
            Optional<String> node,
            String parent,
            String outcome,
            Lineage lineage)
            implements AuditEntry {}

    /** An event came with a key that the journal has for other content. */
    record EventConflicted(Instant at, Actor actor, EventReference event, Lineage lineage) implements AuditEntry {}

    /**
     * A FlowFile was turned away.
     *
     * @param event empty when it named none
     * @param reason why
     */
    record EventRejected(Instant at, Actor actor, Optional<EventReference> event, String reason, Lineage lineage)
            implements AuditEntry {}

    /**
     * An event was given up, until a person takes it up again.
     *
     * @param attempt the last one, from 1
     * @param error type of the error, empty without one
     */
    record EventDeadLettered(
            Instant at, Actor actor, EventReference event, int attempt, Optional<String> error, Lineage lineage)
            implements AuditEntry {}

    /** Events were admitted for the first time. */
    record EventsAdmitted(Instant at, Actor actor, EventBatch events) implements AuditEntry {}

    /** Events were completed. */
    record EventsCompleted(Instant at, Actor actor, EventBatch events) implements AuditEntry {}

    /**
     * A person has settled events otherwise, so that they are not processed any more.
     *
     * @param requester on whose word
     * @param why as the request says
     * @param before where they stood
     */
    record EventsAcknowledged(Instant at, Actor actor, Actor requester, String why, String before, EventBatch events)
            implements AuditEntry {}

    /** A recovery point was removed. */
    record RecoveryPointDropped(Instant at, Actor actor, String journal, String name) implements AuditEntry {}

    /**
     * A journal is sealed with another key from now on.
     *
     * @param key id of the key in the keyring
     */
    record SealingKeyRotated(Instant at, Actor actor, String journal, String key) implements AuditEntry {}

    /**
     * A journal was written without an audit trail until now: nothing tells of what happened meanwhile.
     *
     * @param since from when on
     */
    record AuditInterrupted(Instant at, Actor actor, String journal, Instant since) implements AuditEntry {}

    /**
     * An entry that a journal has noted together with what it tells of. After a crash it may be entered twice: the number
     * shows that both are one.
     *
     * @param entry what happened, none of this kind
     * @param journal id of the journal
     * @param number of the notice in the journal's outbox, from 1
     */
    record Noted(AuditEntry entry, String journal, long number) implements AuditEntry {
        /** @throws IllegalArgumentException for an entry of this kind, or one that only the trail itself appends */
        public Noted {
            if (entry instanceof Noted
                    || entry instanceof SigningKeyAnnounced
                    || entry instanceof SigningKeyConfirmed) {
                throw new IllegalArgumentException(
                        "No journal notes this: " + entry.getClass().getSimpleName());
            }
        }

        @Override
        public Instant at() {
            return entry.at();
        }

        @Override
        public Actor actor() {
            return entry.actor();
        }
    }

    /**
     * A recovery point was made.
     *
     * @param journal id of the journal
     * @param name of the recovery point
     * @param checkpoints one text for each partition, with its low watermark and head
     */
    record RecoveryPointMade(Instant at, Actor actor, String journal, String name, IdList checkpoints)
            implements AuditEntry {}

    /**
     * The rules for replay were changed, or wait for an approval to be.
     *
     * @param before digest of the policy in force until then, empty when there was none
     * @param after digest of the policy that is in force from now on, or that waits
     * @param pin who governs by it; empty when that is not known
     */
    record PolicyChanged(Instant at, Actor actor, Optional<String> before, String after, Optional<Pin> pin)
            implements AuditEntry {
        /** One of which no more is known. */
        public PolicyChanged(Instant at, Actor actor, Optional<String> before, String after) {
            this(at, actor, before, after, Optional.empty());
        }
    }

    /**
     * Who governs the replay jobs of a journal, and how that came to be.
     *
     * @param change what has happened: pinned, tightened, waiting, withdrawn or approved
     * @param journal id of the journal
     * @param coordinator id of the coordinator's service
     * @param policyService id of the policy's service
     * @param rules the policy, as JSON text
     * @param approver who has agreed, empty when nobody has
     * @param why for people
     */
    record Pin(
            String change,
            String journal,
            String coordinator,
            String policyService,
            String rules,
            Optional<Actor> approver,
            String why) {}

    /**
     * A coordinator has refused what somebody asked of it: to draft, edit, plan, approve, start, pause, resume or abort a
     * job, or to approve a policy.
     *
     * @param job empty when it was about a policy
     * @param asked what was to be done, such as {@code approve}
     * @param requester who asked
     * @param reason for people
     * @param policy digest of the replay policy in force, empty without one
     */
    record RequestRefused(
            Instant at,
            Actor actor,
            Optional<JobReference> job,
            String asked,
            Actor requester,
            String reason,
            Optional<String> policy)
            implements AuditEntry {}

    /**
     * Somebody asked for a replay and was refused.
     *
     * @param by what refused it, such as NiFi's authorizer
     * @param reason why
     * @param event empty when it was not known
     * @param refused what NiFi's authorizer was asked, empty when it was not the one that refused
     */
    record ReplayRefused(
            Instant at,
            Actor actor,
            String by,
            String reason,
            Optional<EventReference> event,
            Lineage lineage,
            Optional<RefusedAccess> refused)
            implements AuditEntry {
        /** A refusal by ourselves. */
        public ReplayRefused(
                Instant at, Actor actor, String by, String reason, Optional<EventReference> event, Lineage lineage) {
            this(at, actor, by, reason, event, lineage, Optional.empty());
        }
    }

    /**
     * Replays that NiFi refused and that the trail does not have one by one: they came too fast, or their records could not
     * be read.
     *
     * @param count how many; where records could not be read, how many of those
     * @param reason why they are not there, and between which times they came, as far as that is known
     */
    record RefusalGap(Instant at, Actor actor, long count, String reason) implements AuditEntry {}

    /** How the event that a provenance event is about was found. */
    enum Link {
        /** NiFi's record names it. */
        KNOWN("known"),
        /** By what the records have in common; it may be another one. */
        INFERRED("inferred");

        private final String words;

        Link(String words) {
            this.words = words;
        }

        /** As an entry has it. */
        public String words() {
            return words;
        }
    }

    /**
     * NiFi's provenance has a replay: a press on Replay, Replay Last Event, or a call of the REST API.
     *
     * @param event the journal's, empty when it knows none
     * @param parent UUID of the FlowFile that was replayed
     */
    record ReplayInProvenance(Instant at, Actor actor, Optional<EventLink> event, String parent, Lineage lineage)
            implements AuditEntry {}

    /**
     * NiFi's provenance events of an attempt that was a replay: those that carry its token. There may be several entries of
     * one attempt, one for each time that provenance was read.
     *
     * @param attempt of the event, from 1
     * @param lineage with the ids of the provenance events
     */
    record AttemptInProvenance(Instant at, Actor actor, EventReference event, int attempt, Lineage lineage)
            implements AuditEntry {}

    /** How NiFi did away with a FlowFile. */
    enum Loss {
        DROPPED("dropped"),
        EXPIRED("expired");

        private final String words;

        Loss(String words) {
            this.words = words;
        }

        /** As an entry has it. */
        public String words() {
            return words;
        }
    }

    /**
     * NiFi did away with the FlowFile of an event that was not completed.
     *
     * @param link how the event was found
     * @param details as NiFi gives them
     */
    record EventLost(
            Instant at, Actor actor, EventReference event, Link link, Loss loss, String details, Lineage lineage)
            implements AuditEntry {}

    /**
     * Somebody downloaded content.
     *
     * @param event the journal's, empty when it knows none
     */
    record ContentDownloaded(Instant at, Actor actor, Optional<EventLink> event, Lineage lineage)
            implements AuditEntry {}

    /**
     * Provenance events that could not be read: nobody can say what they were.
     *
     * @param first id of the first of them, as this node counts them
     * @param last id of the last of them
     * @param reason such as "never written" or "rolled over unread"
     */
    record ProvenanceGap(Instant at, Actor actor, long first, long last, String reason) implements AuditEntry {}

    /**
     * A new key is to sign the trail. It counts once a checkpoint that covers this entry is signed by both keys.
     *
     * @param key the new verifier key
     */
    record SigningKeyAnnounced(Instant at, Actor actor, String key) implements AuditEntry {}

    /**
     * The new key signs from now on.
     *
     * @param checkpoint the one that both have signed
     */
    record SigningKeyConfirmed(Instant at, Actor actor, String checkpoint) implements AuditEntry {}
}
