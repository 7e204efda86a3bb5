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
import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.admission.Admission;
import io.nifireplay.journal.admission.Arrival;
import io.nifireplay.journal.delivery.Claim;
import io.nifireplay.journal.delivery.ClaimResult;
import io.nifireplay.journal.delivery.Fragment;
import io.nifireplay.journal.delivery.Outcome;
import io.nifireplay.journal.delivery.OutcomeResult;
import io.nifireplay.journal.delivery.RetryPolicy;
import io.nifireplay.journal.testing.GeneratedContent;
import io.nifireplay.journal.testing.Keyrings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A process that writes a journal until it is killed, and says what was acknowledged, after it was: {@code admitted KEY
 * PARTITION POSITION}, {@code claimed KEY}, {@code KEY} with the status that an outcome led to. With one argument it only
 * holds the journal open.
 */
final class KilledWriter {
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);
    private static final int THREADS = 3;

    private record Carried(String key, String flowFile, Token token) {}

    private KilledWriter() {}

    public static void main(String[] arguments) throws Exception {
        RocksDBJournal journal = open(Path.of(arguments[0]));
        if (arguments.length == 1) {
            say("open");
            Thread.currentThread().join();
        }
        int round = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        for (int thread = 0; thread < THREADS; thread++) {
            String name = round + "." + thread;
            Random dice = new Random(seed * 31 + thread);
            Thread.ofPlatform().start(() -> write(journal, name, dice));
        }
    }

    /** A sealed journal with an outbox: each opening begins another epoch, and none is gone on with after a kill. */
    static RocksDBJournal open(Path directory) {
        return RocksDBJournal.openSealed(
                RocksDBOptions.defaults(directory).withBlockCacheBytes(8 << 20).withOutbox(true),
                () -> Keyrings.of("k1"));
    }

    /** The content that belongs to a key, so that the process that reads knows it too. */
    static Content content(String key) {
        Random dice = new Random(key.hashCode());
        int size = switch (dice.nextInt(60)) {
            case 0 -> 65_000 + dice.nextInt(2_000);
            case 1 -> 200_000 + dice.nextInt(2_500_000);
            case 2 -> 0;
            default -> dice.nextInt(1_500);
        };
        return new GeneratedContent(key.hashCode(), size);
    }

    private static void write(RocksDBJournal journal, String name, Random dice) {
        try {
            List<Carried> carried = new ArrayList<>();
            for (int batch = 0; ; batch++) {
                admit(journal, name + "." + batch, dice, carried);
                claim(journal, dice, carried);
                record(journal, dice, carried);
                carried.clear();
            }
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void admit(RocksDBJournal journal, String name, Random dice, List<Carried> carried)
            throws IOException {
        List<Arrival> arrivals = new ArrayList<>();
        int size = 1 + dice.nextInt(20);
        for (int i = 0; i < size; i++) {
            String key = name + "." + i;
            arrivals.add(new Arrival.Fresh(
                    "flowfile " + key, Envelope.of(key, "p" + dice.nextInt(3)), content(key), List.of("call")));
        }
        List<Admission> answers = journal.admit(arrivals);
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < size; i++) {
            Arrival.Fresh arrival = (Arrival.Fresh) arrivals.get(i);
            Admission.Accepted accepted = (Admission.Accepted) answers.get(i);
            said.append("admitted ")
                    .append(arrival.envelope().key())
                    .append(' ')
                    .append(accepted.event().partition())
                    .append(' ')
                    .append(accepted.event().position())
                    .append('\n');
            carried.add(new Carried(arrival.envelope().key(), arrival.flowFile(), accepted.token()));
        }
        say(said);
    }

    private static void claim(RocksDBJournal journal, Random dice, List<Carried> carried) throws IOException {
        carried.removeIf(one -> dice.nextInt(4) == 0);
        List<ClaimResult> answers = journal.claim(carried.stream()
                .map(one -> new Claim(one.token(), one.flowFile(), "call", Fragment.WHOLE, false, Optional.empty()))
                .toList());
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < answers.size(); i++) {
            if (!(answers.get(i) instanceof ClaimResult.Deliver)) {
                throw new IllegalStateException("" + answers.get(i));
            }
            said.append("claimed ").append(carried.get(i).key()).append('\n');
        }
        say(said);
    }

    private static void record(RocksDBJournal journal, Random dice, List<Carried> carried) throws IOException {
        carried.removeIf(one -> dice.nextInt(4) == 0);
        EventState.Failure failure = new EventState.Failure("503", "no");
        List<Outcome> outcomes = new ArrayList<>();
        for (Carried one : carried) {
            outcomes.add(
                    switch (dice.nextInt(5)) {
                        case 0 ->
                            new Outcome.Failed(
                                    one.token(),
                                    one.flowFile(),
                                    "call",
                                    Fragment.WHOLE,
                                    failure,
                                    new RetryPolicy(5, Duration.ofDays(1), Duration.ofDays(1)));
                        case 1 -> new Outcome.GivenUp(one.token(), one.flowFile(), "call", Fragment.WHOLE, failure);
                        default ->
                            new Outcome.Completed(
                                    one.token(), one.flowFile(), "call", Fragment.WHOLE, Optional.empty());
                    });
        }
        List<OutcomeResult> answers = journal.record(outcomes);
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < answers.size(); i++) {
            OutcomeResult.Recorded recorded = (OutcomeResult.Recorded) answers.get(i);
            said.append(recorded.status())
                    .append(' ')
                    .append(carried.get(i).key())
                    .append('\n');
        }
        say(said);
    }

    private static void say(CharSequence text) throws IOException {
        byte[] bytes = (text + (text instanceof String ? "\n" : "")).getBytes(StandardCharsets.UTF_8);
        synchronized (OUT) {
            OUT.write(bytes);
        }
    }
}
