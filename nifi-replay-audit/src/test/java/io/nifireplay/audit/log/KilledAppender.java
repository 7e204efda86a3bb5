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
package io.nifireplay.audit.log;

import io.nifireplay.audit.Appended;
import io.nifireplay.audit.held.CheckpointFolder;
import io.nifireplay.audit.testing.Entries;
import io.nifireplay.audit.testing.Keys;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * A process that appends to a log until it is killed, and says what was acknowledged, after it was: {@code FIRST COUNT NUMBER},
 * the index of the first entry, how many, and the number of the first.
 */
final class KilledAppender {
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);
    private static final int THREADS = 3;

    private KilledAppender() {}

    public static void main(String[] arguments) {
        TransparencyLog log = TransparencyLog.open(options(Path.of(arguments[0]), Path.of(arguments[1])));
        if (arguments.length == 2) {
            say("open");
            return;
        }
        long round = Long.parseLong(arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        for (int thread = 0; thread < THREADS; thread++) {
            long base = (round * THREADS + thread) * 1_000_000;
            Random dice = new Random(seed * 31 + thread);
            Thread.ofPlatform().start(() -> append(log, base, dice));
        }
    }

    static LogOptions options(Path directory, Path outside) {
        return LogOptions.defaults(directory, Keys.signing(1))
                .withCheckpointInterval(Duration.ofMillis(5))
                .withReceivers(List.of(new CheckpointFolder(outside, Clock.systemUTC())));
    }

    private static void append(TransparencyLog log, long base, Random dice) {
        try {
            long number = base;
            while (true) {
                int count = 1 + dice.nextInt(60);
                Appended appended = log.append(Entries.brief(number, number + count));
                say(appended.first() + " " + count + " " + number);
                number += count;
            }
        } catch (RuntimeException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static void say(String line) {
        try {
            synchronized (OUT) {
                OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }
}
