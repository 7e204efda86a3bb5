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
package io.nifireplay.journal.replay;

/**
 * How far a job has come. An item is settled by its event's state, never by having been emitted.
 *
 * @param total events in the job
 * @param emitted emissions, repetitions included
 * @param completed settled: completed under this job
 * @param deadLetter settled: a dead letter under this job
 * @param elsewhere settled: completed by another FlowFile meanwhile
 * @param unknown settled: the outcome is unknown, a person decides
 * @param rejected settled: the journal did not take the FlowFile, or the content is not in the journal
 */
public record Progress(
        long total, long emitted, long completed, long deadLetter, long elsewhere, long unknown, long rejected) {
    public static Progress of(long total) {
        return new Progress(total, 0, 0, 0, 0, 0, 0);
    }

    public long settled() {
        return completed + deadLetter + elsewhere + unknown + rejected;
    }

    /** Settled, and did not get through. */
    public long failed() {
        return deadLetter + unknown + rejected;
    }

    public long left() {
        return total - settled();
    }

    /** The share of settled events that did not get through, 0 to 1. */
    public double failedShare() {
        return settled() == 0 ? 0 : (double) failed() / settled();
    }
}
