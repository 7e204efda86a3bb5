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
package io.nifireplay.reporting.provenance;

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.EventJournal;
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.rocksdb.RocksDBOptions;
import io.nifireplay.journal.rocksdb.SharedJournals;
import io.nifireplay.processors.ReplayAttributes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real journal, and what the processors do with it. */
public final class TestJournal implements AutoCloseable {
    static final String PARTITION = "orders";

    private final SharedJournals.Lease lease;

    public TestJournal(Path directory) {
        lease = SharedJournals.acquire(RocksDBOptions.defaults(directory));
    }

    public EventJournal journal() {
        return lease.journal();
    }

    Journals journals() {
        return new Journals(List.of(journal()));
    }

    /** The attributes with which JournalEvent accepts a FlowFile. */
    public Map<String, String> admit(String key, String flowFile, String... effects) {
        Content content = Content.of(key.getBytes(StandardCharsets.UTF_8));
        Admission admission = journal()
                .admit(List.of(new Arrival.Fresh(
                        flowFile,
                        Envelope.of(key, PARTITION),
                        content,
                        effects.length == 0 ? List.of("delivery") : List.of(effects))))
                .getFirst();
        if (!(admission instanceof Admission.Accepted accepted)) {
            throw new IllegalStateException("Not accepted: " + admission);
        }
        Map<String, String> attributes = new HashMap<>(named(key, accepted.token(), "accepted"));
        attributes.put(ReplayAttributes.TOKEN, journal().tokens().write(accepted.token()));
        return attributes;
    }

    /** The attributes that JournalEvent gives a FlowFile that is not accepted. */
    static Map<String, String> turnedAway(Map<String, String> accepted, String outcome) {
        Map<String, String> attributes = new HashMap<>(accepted);
        attributes.remove(ReplayAttributes.TOKEN);
        attributes.put(ReplayAttributes.OUTCOME, outcome);
        return attributes;
    }

    static Map<String, String> with(Map<String, String> attributes, String name, String value) {
        Map<String, String> more = new HashMap<>(attributes);
        more.put(name, value);
        return more;
    }

    void claim(Map<String, String> attributes, String flowFile) {
        journal()
                .claim(List.of(
                        new Claim(token(attributes), flowFile, "delivery", Fragment.WHOLE, true, Optional.empty())));
    }

    public void complete(Map<String, String> attributes, String flowFile) {
        complete(attributes, flowFile, "delivery");
    }

    void complete(Map<String, String> attributes, String flowFile, String effect) {
        journal()
                .record(List.of(
                        new Outcome.Completed(token(attributes), flowFile, effect, Fragment.WHOLE, Optional.empty())));
    }

    void fail(Map<String, String> attributes, String flowFile) {
        journal()
                .record(List.of(new Outcome.Failed(
                        token(attributes),
                        flowFile,
                        "delivery",
                        Fragment.WHOLE,
                        new EventState.Failure("503", "out"),
                        new RetryPolicy(5, Duration.ofHours(1), Duration.ofHours(1)))));
    }

    void giveUp(Map<String, String> attributes, String flowFile) {
        journal()
                .record(List.of(new Outcome.GivenUp(
                        token(attributes),
                        flowFile,
                        "delivery",
                        Fragment.WHOLE,
                        new EventState.Failure("400", "wrong"))));
    }

    /** A token of another kind for the same event. */
    Map<String, String> emission(Map<String, String> accepted, Token.Kind kind) {
        Token token = token(accepted);
        return with(
                accepted,
                ReplayAttributes.TOKEN,
                journal().tokens().write(new Token(kind, token.event(), token.generation(), token.attempt(), 1)));
    }

    private Token token(Map<String, String> attributes) {
        return journal().tokens().read(attributes.get(ReplayAttributes.TOKEN)).orElseThrow();
    }

    private static Map<String, String> named(String key, Token token, String outcome) {
        return Map.of(
                ReplayAttributes.EVENT_ID, token.event().toString(),
                ReplayAttributes.IDEMPOTENCY_KEY, key,
                ReplayAttributes.OUTCOME, outcome);
    }

    @Override
    public void close() {
        lease.close();
    }
}
