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

import io.nifireplay.journal.replay.JobState;

/** How much the running jobs together may still put into the flow in one write, by the policy and by whoever asks for it. */
final class JointLimit {
    /** So much room that no job has more; outstanding events are added to it. */
    private static final int NO_LIMIT = Integer.MAX_VALUE / 2;

    private int emissions;
    private int room;

    private JointLimit(int emissions, int room) {
        this.emissions = emissions;
        this.room = room;
    }

    /** @param max how many whoever asks takes at most */
    static JointLimit of(Jobs jobs, int max, long nanos) {
        Pins pins = jobs.pins();
        int room = pins.concurrency().isEmpty()
                ? NO_LIMIT
                : pins.concurrency().getAsInt()
                        - jobs.all().stream()
                                .filter(job -> job.state() == JobState.RUNNING)
                                .mapToInt(Job::outstanding)
                                .sum();
        return new JointLimit(Math.min(max, pins.allowance(nanos)), room);
    }

    /** How many events one of some jobs may emit, so that each gets as many. */
    int emissions(int sharers) {
        return Math.ceilDiv(emissions, sharers);
    }

    /** How many more events one of some jobs may have outstanding, so that each gets as many. */
    int room(int sharers) {
        return Math.max(0, Math.ceilDiv(room, sharers));
    }

    /** A job has used some of it. */
    void took(int emitted, int outstanding) {
        emissions -= emitted;
        room -= room == NO_LIMIT ? 0 : outstanding;
    }
}
