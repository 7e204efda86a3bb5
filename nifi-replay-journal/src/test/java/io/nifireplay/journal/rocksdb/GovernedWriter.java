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

import io.nifireplay.journal.Content;
import io.nifireplay.journal.Envelope;
import io.nifireplay.journal.Selector;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.Pin;
import io.nifireplay.journal.governance.Policies;
import io.nifireplay.journal.governance.RefusedException;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.governance.ReplayPolicy;
import io.nifireplay.journal.replay.Emission;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.Limits;
import io.nifireplay.journal.replay.ReplayMode;
import io.nifireplay.journal.replay.ReplayRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A process in which persons and a flow run forced replay jobs from the draft to the end until it is killed; after each
 * transition it says the job's id, version and state, after it was acknowledged.
 */
final class GovernedWriter {
    static final int EVENTS = 5;

    private static final Caller ANN = new Caller("ann", true, Optional.empty());
    private static final Caller CLEO = new Caller("cleo", false, Optional.of("policy service"));
    private static final ReplayPolicy LONGER = Policies.approvalExpiry(Policies.EXPIRY.multipliedBy(2));

    private final RocksDBJournal journal;
    private final ReplayCoordinator coordinator;
    private final Random dice;

    private GovernedWriter(RocksDBJournal journal, Random dice) {
        this.journal = journal;
        coordinator = journal.coordinator("coordinator");
        this.dice = dice;
    }

    public static void main(String[] arguments) {
        RocksDBJournal journal = open(Path.of(arguments[0]));
        GovernedWriter writer = new GovernedWriter(journal, new Random(Long.parseLong(arguments[2])));
        writer.begin();
        for (int number = 0; ; number++) {
            writer.run("job-" + arguments[1] + "." + number);
        }
    }

    static RocksDBJournal open(Path directory) {
        return RocksDBJournal.open(
                RocksDBOptions.defaults(directory).withBlockCacheBytes(8 << 20).withOutbox(true));
    }

    static String key(int event) {
        return "event " + event;
    }

    private void begin() {
        govern(Policies.LOOSE);
        for (int event = 0; event < EVENTS; event++) {
            if (journal.findByKey(key(event)).isEmpty()) {
                Arrival arrival =
                        new Arrival.Fresh("flowfile", Envelope.of(key(event), "p"), content(event), List.of("call"));
                if (journal.admit(List.of(arrival)).getFirst() instanceof Admission.Accepted accepted) {
                    complete(accepted.token(), "flowfile");
                }
            }
        }
        System.out.println("begun");
    }

    /** A kill may have left a looser policy waiting. */
    private void govern(ReplayPolicy policy) {
        journal.govern(new Pin("coordinator", "policy service", policy, Instant.EPOCH));
        journal.governance().waiting().ifPresent(waiting -> {
            if (dice.nextBoolean()) {
                coordinator.approvePolicy(waiting.digest(), "agreed", CLEO);
            }
        });
    }

    private void run(String id) {
        try {
            endWhatWasLeftBehind();
            say(coordinator.draft(
                    new ReplayRequest(id, Selector.ALL, ReplayMode.FORCED, false, Limits.NONE, "wrong", ""), ANN));
            say(coordinator.plan(id, version(id), ANN));
            if (dice.nextInt(4) == 0) {
                say(coordinator.edit(id, version(id), job(id).request(), ANN));
                say(coordinator.plan(id, version(id), ANN));
            }
            say(coordinator.approve(id, version(id), "agreed", CLEO));
            if (dice.nextInt(6) == 0) {
                govern(dice.nextBoolean() ? LONGER : Policies.LOOSE);
            }
            say(coordinator.start(id, version(id), "go", ANN));
            replay(id);
        } catch (RefusedException e) {
            // The policy was changed in between.
        }
    }

    /** A job that a kill or another policy has stopped keeps its partition from all that come after. */
    private void endWhatWasLeftBehind() {
        for (GovernedJob job : coordinator.jobs()) {
            if (job.state().isUnderWay()) {
                say(coordinator.abort(job.id(), job.version(), "left behind", CLEO));
            }
        }
    }

    private void replay(String id) {
        for (Emission emission : journal.emit(100)) {
            Token token = journal.tokens().read(emission.token().orElseThrow()).orElseThrow();
            if (journal.admit(List.of(new Arrival.WithToken(id, token, emission.content())))
                            .getFirst()
                    instanceof Admission.Accepted accepted) {
                complete(accepted.token(), id);
            }
            if (dice.nextInt(20) == 0 && job(id).state() == JobState.RUNNING) {
                say(coordinator.pause(id, version(id), "wait", CLEO));
                say(coordinator.abort(id, version(id), "no", CLEO));
            }
        }
    }

    private void complete(Token token, String flowFile) {
        journal.claim(List.of(new Claim(token, flowFile, "call", Fragment.WHOLE, true, Optional.empty())));
        journal.record(List.of(new Outcome.Completed(token, flowFile, "call", Fragment.WHOLE, Optional.empty())));
    }

    private GovernedJob job(String id) {
        return coordinator.job(id).orElseThrow();
    }

    private long version(String id) {
        return job(id).version();
    }

    private static Content content(int event) {
        return Content.of(key(event).getBytes(StandardCharsets.UTF_8));
    }

    private static void say(GovernedJob job) {
        System.out.println(job.id() + " " + job.version() + " " + job.state());
        System.out.flush();
    }
}
