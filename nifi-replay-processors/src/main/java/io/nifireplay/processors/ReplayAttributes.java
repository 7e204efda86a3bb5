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

/**
 * The FlowFile attributes that NiFi Replay writes. All begin with {@link #PREFIX}, so that what did not come from here can
 * be told apart and removed: only {@link #TOKEN} proves anything.
 */
public final class ReplayAttributes {
    public static final String PREFIX = "replay.";

    /** The event's place in the journal, as {@code partition/position}; see {@link io.nifireplay.journal.EventRef#parse}. */
    public static final String EVENT_ID = "replay.event.id";

    public static final String GENERATION = "replay.generation";
    public static final String ATTEMPT = "replay.attempt";
    public static final String IDEMPOTENCY_KEY = "replay.idempotency.key";

    /** The replay job under which the event was emitted; absent when none was. */
    public static final String JOB_ID = "replay.job.id";

    public static final String JOB_STATE = "replay.job.state";

    /** What the FlowFile may do; to be kept as it is, and never to be shown outside. */
    public static final String TOKEN = "replay.token";

    /** The relationship's name. */
    public static final String OUTCOME = "replay.outcome";

    public static final String REASON = "replay.reason";

    /** The index of the audit trail's entry that tells of the event; absent without a trail. */
    public static final String AUDIT_INDEX = "replay.audit.index";

    /** Whether a result was stored for a duplicate. */
    public static final String RESULT = "replay.result";

    /** The size of a result whose content was too large to be stored. */
    public static final String RESULT_OMITTED = "replay.result.omitted";

    /** Whether an audit trail fits: {@code true} or {@code false}. */
    public static final String AUDIT_VERIFIED = "replay.audit.verified";

    /** The audit trail's name in its checkpoint. */
    public static final String AUDIT_ORIGIN = "replay.audit.origin";

    /** How many entries the audit trail's checkpoint is about. */
    public static final String AUDIT_SIZE = "replay.audit.size";

    /** The root that the audit trail's checkpoint signs, in hexadecimal digits. */
    public static final String AUDIT_ROOT = "replay.audit.root";

    /** The first entry of the audit trail that does not fit, or a range in which it is. */
    public static final String AUDIT_FIRST_MISFIT = "replay.audit.first.misfit";

    /** How many entries of the audit trail are about what was asked for. */
    public static final String AUDIT_FOUND = "replay.audit.found";

    /** {@code true} on the copies that a drill makes. */
    public static final String DRILL = "replay.drill";

    /** When the journal emits a failed event again, ISO 8601. */
    public static final String RETRY_DUE = "replay.retry.due";

    /** The {@code fragment.identifier} that the FlowFile had at admission: it says nothing about the event. */
    public static final String ADMITTED_FRAGMENT = "replay.admitted.fragment";

    private ReplayAttributes() {}

    public static boolean isOne(String attribute) {
        return attribute.startsWith(PREFIX);
    }
}
