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
package io.nifireplay.journal.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.Cause;
import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Status;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Admission.AcceptReason;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.replay.Grant;
import io.nifireplay.journal.replay.JobAction;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.JobStatus;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.journal.testing.Hashes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** FlowFiles that NiFi replays come in under a job by a grant, once, and by nothing else. */
public abstract class GrantContract extends EventJournalContract {
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final Cause MARIA = new Cause("maria", "because");

    protected GrantContract(JournalEngine engine) {
        super(engine);
    }

    @Test
    void bringsADeadLetterBackUnderItsJob() {
        deadLetter("a");
        open("job", "a");
        grant("job", "a");

        Admission.Accepted accepted = accepted(replayed("f2", "a"));

        assertThat(accepted.reason()).isEqualTo(AcceptReason.REPLAY);
        assertThat(accepted.job()).contains("job");
        assertThat(accepted.attempt()).isEqualTo(2);
        Carried carried = carried("f2", "a", accepted);
        deliver(carried);
        complete(carried);
        assertThat(status("job").state()).isEqualTo(JobState.FINISHED);
        assertThat(status("job").progress().completed()).isEqualTo(1);
    }

    @Test
    void isUsedOnce() {
        deadLetter("a");
        open("job", "a");
        grant("job", "a");
        Carried carried = carried("f2", "a", accepted(replayed("f2", "a")));
        deliver(carried);
        giveUp(carried);
        open("job 2", "a");

        assertThat(replayed("f3", "a")).isInstanceOf(Admission.DeadLetter.class);
    }

    @Test
    void isUsedOnceInOneBatch() {
        deadLetter("a");
        open("job", "a");
        grant("job", "a");

        List<Admission> answers =
                journal.admit(List.of(replay("f2", "a", contentOf("a")), replay("f3", "a", contentOf("a"))));

        assertThat(answers.getFirst()).isInstanceOf(Admission.Accepted.class);
        assertThat(answers.getLast()).isInstanceOf(Admission.InFlight.class);
    }

    @Test
    void outlivesAReopening() {
        deadLetter("a");
        open("job", "a");
        grant("job", "a");
        reopen();

        assertThat(accepted(replayed("f2", "a")).job()).contains("job");
        reopen();
        assertThat(accepted(replayed("f2", "a")).reason())
                .as("handed over again after a crash")
                .isEqualTo(AcceptReason.SAME_FLOWFILE);
        assertThat(replayed("f3", "a")).isInstanceOf(Admission.InFlight.class);
    }

    @Test
    void nothingButAReplayOfTheSameContentUsesIt() {
        deadLetter("a");
        open("job", "a");
        grant("job", "a");

        assertThat(send("f2", "a")).as("not marked by NiFi").isInstanceOf(Admission.DeadLetter.class);
        assertThat(admit(replay("f3", "a", content("other")))).isInstanceOf(Admission.Conflict.class);
        assertThat(accepted(replayed("f4", "a")).job()).contains("job");
    }

    @Test
    void aMarkWithoutAGrantIsWorthNothing() {
        deadLetter("a");
        open("job", "a");

        assertThat(replayed("f2", "a")).isInstanceOf(Admission.DeadLetter.class);
        assertThat(state("a").status()).isEqualTo(Status.DEAD_LETTER);
    }

    @Test
    void anUnfittingOneChangesNothing() {
        deadLetter("a");
        open("job", "a");
        journal.grant(List.of(new Grant(
                "job",
                "elsewhere",
                "a",
                Hashes.sha256(contentOf("a")),
                time.now().plus(LIFE))));
        assertThat(replayed("f2", "a")).isInstanceOf(Admission.DeadLetter.class);

        journal.grant(List.of(new Grant(
                "job",
                PARTITION,
                "a",
                Hashes.sha256(content("other")),
                time.now().plus(LIFE))));
        assertThat(replayed("f3", "a")).isInstanceOf(Admission.DeadLetter.class);

        deadLetter("b");
        grant("job", "b");
        assertThat(replayed("f4", "b")).as("none of the job's items").isInstanceOf(Admission.DeadLetter.class);
    }

    @Test
    void expires() {
        deadLetter("a");
        open("job", "a");
        grant("job", "a");
        time.pass(LIFE);

        assertThat(replayed("f2", "a")).isInstanceOf(Admission.DeadLetter.class);
        journal.expire();
        grant("job", "a");
        assertThat(replayed("f3", "a")).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void waitsWhileItsJobIsPausedAndEndsWithIt() {
        deadLetter("a");
        open("job", "a");
        grant("job", "a");
        journal.change("job", JobAction.PAUSE, MARIA);
        assertThat(replayed("f2", "a")).isEqualTo(new Admission.Held("job"));
        journal.change("job", JobAction.RESUME, MARIA);
        journal.change("job", JobAction.ABORT, MARIA);

        assertThat(replayed("f2", "a")).isInstanceOf(Admission.DeadLetter.class);
        assertThatThrownBy(() -> grant("job", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("aborted");
        journal.expire();
        assertThat(replayed("f2", "a")).isInstanceOf(Admission.DeadLetter.class);
    }

    @Test
    void aCompletedEventStaysADuplicate() {
        Carried carried = deadLetter("a");
        open("job", "a");
        grant("job", "a");
        // Another replay of it comes first.
        open("job 2", "a");
        grant("job 2", "a");
        Carried first = carried("f2", "a", accepted(replayed("f2", "a")));
        deliver(first);
        complete(first);

        assertThat(replayed("f3", "a"))
                .isInstanceOfSatisfying(
                        Admission.Duplicate.class,
                        duplicate -> assertThat(duplicate.event()).isEqualTo(carried.event()));
        assertThat(state("a").generation()).isEqualTo(1);
    }

    @Test
    void anEventThatTheJournalDoesNotKnowIsAdmittedAsNew() {
        deadLetter("a");
        open("job", "a");
        grant("job", "unseen");

        Admission.Accepted accepted = accepted(replayed("f2", "unseen"));

        assertThat(accepted.reason()).isEqualTo(AcceptReason.FIRST);
        assertThat(accepted.job()).isEmpty();
    }

    @Test
    void aFlowFileWithATokenOfAnEarlierJobUsesItToo() {
        deadLetter("a");
        open("job", "a");
        var emission = journal.emit(1).getFirst();
        Carried carried = acceptEmission("f2", emission);
        deliver(carried);
        giveUp(carried);
        open("job 2", "a");
        grant("job 2", "a");

        Admission.Accepted accepted =
                accepted(admit(new Arrival.WithToken("f3", tokenOf(emission), contentOf("a"), true)));

        assertThat(accepted.job()).contains("job-2");
        assertThat(accepted.attempt()).isEqualTo(3);
    }

    @Test
    void refusesWhatCouldNotBeUsed() {
        deadLetter("a");
        open("job", "a");

        assertThatThrownBy(() -> grant("other", "a")).hasMessage("There is no replay job other");
        assertThatThrownBy(() -> journal.grant(
                        List.of(new Grant("job", PARTITION, "a", Hashes.sha256(contentOf("a")), time.now()))))
                .hasMessageContaining("expires after now");
        assertThatThrownBy(() -> journal.grant(List.of(new Grant(
                        "job",
                        PARTITION,
                        "a",
                        Hashes.sha256(contentOf("a")),
                        time.now().plus(Grant.MAX_LIFE).plusMillis(1)))))
                .hasMessageContaining("within 24 hours");
        assertThatThrownBy(() -> new Grant("job", PARTITION, "a", "abc", time.now()))
                .hasMessageContaining("hexadecimal");
        assertThat(replayed("f2", "a")).isInstanceOf(Admission.DeadLetter.class);
    }

    private void open(String job, String key) {
        journal.open(new ReplayRequest(
                job.replace(' ', '-'),
                Selector.ALL.withKeys(List.of(key)).withStatuses(Set.of(Status.DEAD_LETTER)),
                ReplayMode.MISSED_ONLY,
                false,
                Limits.NONE,
                "to try grants",
                "test"));
    }

    private void grant(String job, String key) {
        journal.grant(List.of(new Grant(
                job.replace(' ', '-'),
                PARTITION,
                key,
                Hashes.sha256(contentOf(key)),
                time.now().plus(LIFE))));
    }

    private Arrival replay(String flowFile, String key, Content content) {
        return new Arrival.Fresh(flowFile, Envelope.of(key, PARTITION), content, List.of(EFFECT), true);
    }

    private Admission replayed(String flowFile, String key) {
        return admit(replay(flowFile, key, contentOf(key)));
    }

    private JobStatus status(String job) {
        return journal.job(job).orElseThrow();
    }
}
