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
package io.nifireplay.journal.outbox;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.EventRange;
import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.governance.PinRules;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/** What a notice tells. */
public sealed interface Happening {
    /** How many ranges a notice has at most: more events become several notices. */
    int MAX_RANGES = 200;
    /** How many bytes the names of all ranges' partitions have at most, as UTF-8. */
    int MAX_RANGE_BYTES = 8 * 1024;

    /**
     * An attempt of an event.
     *
     * @param event which
     * @param generation from 1
     * @param number within the generation, from 1
     * @param job the id of the replay job under which it was admitted, empty when none
     */
    record Attempt(EventRef event, int generation, int number, Optional<String> job) {
        /** Whether the event was brought back: by a retry, a takeover or a job. */
        public boolean isReplay() {
            return generation > 1 || number > 1 || job.isPresent();
        }
    }

    /**
     * Events were admitted for the first time.
     *
     * @param events at most {@link #MAX_RANGES}
     */
    record Admitted(List<EventRange> events) implements Happening {}

    /**
     * Events were completed: all their effects are done.
     *
     * @param events at most {@link #MAX_RANGES}
     */
    record Completed(List<EventRange> events) implements Happening {}

    /**
     * An event was admitted again.
     *
     * @param flowFile the FlowFile's UUID
     * @param reason how it came to be accepted, for people
     */
    record Attempted(Attempt attempt, String flowFile, String reason) implements Happening {}

    /** What became of an attempt. */
    enum AttemptEnd {
        COMPLETED,
        FAILED,
        DEAD_LETTER,
        /** An outcome of it came when a newer attempt had the event. */
        SUPERSEDED,
        /** It had begun an effect, and nothing was heard of it when another took the event over. */
        UNKNOWN
    }

    /**
     * An attempt that was a replay has ended, or one whose outcome nobody knows.
     *
     * @param flowFile the FlowFile's UUID
     * @param errorType empty without an error
     */
    record AttemptEnded(Attempt attempt, AttemptEnd end, Optional<String> errorType, String flowFile)
            implements Happening {}

    /**
     * An event was given up.
     *
     * @param attempt the last one
     * @param errorType empty without an error
     * @param flowFile the FlowFile's UUID
     */
    record DeadLettered(Attempt attempt, Optional<String> errorType, String flowFile) implements Happening {}

    /**
     * An event's key came with other content.
     *
     * @param flowFile the UUID of the FlowFile that brought it
     */
    record Conflicted(EventRef event, int generation, String flowFile) implements Happening {}

    /**
     * A FlowFile was turned away.
     *
     * @param event empty when it names none
     * @param reason for people
     * @param flowFile its UUID
     */
    record Rejected(Optional<EventRef> event, String reason, String flowFile) implements Happening {}

    /**
     * A person has settled events otherwise.
     *
     * @param before where they stood: dead letters, or events whose outcome was unknown
     * @param events at most {@link #MAX_RANGES}
     */
    record Acknowledged(Status before, Cause cause, List<EventRange> events) implements Happening {}

    /**
     * A replay job changed its state.
     *
     * @param before empty for a new one
     * @param requester on whose word, empty when the journal did it by itself
     * @param why for people
     * @param governed empty for a job that no coordinator governs
     */
    record JobChanged(
            String job,
            Optional<String> before,
            String after,
            Optional<String> requester,
            String why,
            Optional<Governed> governed)
            implements Happening {
        /** Of a notice that was made before there were coordinators. */
        public JobChanged {
            governed = Objects.requireNonNullElse(governed, Optional.empty());
        }

        /** Of a job that no coordinator governs. */
        public JobChanged(String job, Optional<String> before, String after, Optional<String> requester, String why) {
            this(job, before, after, requester, why, Optional.empty());
        }
    }

    /**
     * A coordinator has refused what an identity asked of it.
     *
     * @param job the id that was named, of a job or of none; empty when a policy was to be approved
     * @param asked what was to be done, such as {@code approve}
     * @param requester an identity that NiFi has authenticated
     * @param reason for people, without the requester's name
     */
    record RequestRefused(Optional<String> job, String asked, String requester, String reason) implements Happening {}

    /**
     * What a coordinator adds to a change of a job: its requester is an identity that NiFi has authenticated.
     *
     * @param version of the job from now on
     * @param items digest of the frozen set of events, empty before there is one
     * @param approver the identity that has agreed to it, empty when nobody has
     */
    record Governed(long version, Optional<String> items, Optional<String> approver) {}

    /**
     * Who governs the journal, or by which policy, has changed, or waits for an approval to change.
     *
     * @param coordinator id of the coordinator's service that governs it now, or waits to
     * @param policyService id of the policy's service
     * @param before digest of the policy that was in force until now, empty when there was none
     * @param after digest of the policy that is in force now, or waits to be
     * @param rules that policy as JSON, with the number of requesters instead of their names
     * @param approver the identity that has agreed, empty when nobody needed to or has yet
     * @param why for people
     */
    record GovernanceChanged(
            PinRules.Change change,
            String coordinator,
            String policyService,
            Optional<String> before,
            String after,
            String rules,
            Optional<String> approver,
            String why)
            implements Happening {}

    /**
     * NiFi was asked to replay a provenance event for a job, or would have been if nothing was in the way.
     *
     * @param event the journal's, empty when it knows none
     * @param node the id of the cluster's node that has the provenance event, empty without a cluster
     * @param provenanceEvent NiFi's id of it
     * @param parent the UUID of its FlowFile
     * @param outcome what NiFi did, for people
     * @param flowFile the UUID of the FlowFile that it made, empty when it made none
     * @param replayEvent NiFi's id of the REPLAY event, empty when there is none, or it was not found
     */
    record ReplayAsked(
            String job,
            Optional<EventRef> event,
            String node,
            long provenanceEvent,
            String parent,
            String outcome,
            String flowFile,
            OptionalLong replayEvent)
            implements Happening {}

    /**
     * A recovery point was taken.
     *
     * @param checkpoints one text for each partition
     */
    record RecoveryPointTaken(String name, List<String> checkpoints) implements Happening {}

    /** A recovery point was removed. */
    record RecoveryPointDropped(String name) implements Happening {}

    /**
     * The journal is sealed with another key from now on.
     *
     * @param keyId the key's id in the keyring
     */
    record SealingKeyRotated(String keyId) implements Happening {}

    /**
     * Until now changes were made without notices, because the journal was open without an outbox.
     *
     * @param since from when on
     */
    record Interrupted(Instant since) implements Happening {}
}
