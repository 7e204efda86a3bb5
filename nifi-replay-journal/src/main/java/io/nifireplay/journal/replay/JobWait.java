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
 * Why a job that runs emits nothing yet: a job that was there before has one of its partitions.
 *
 * @param job the id of the job that is waited for
 * @param partition the first of the partitions, in the order of their names, that both want; empty for what came from
 *     provenance and is of no event that the journal knows
 */
public record JobWait(String job, String partition) {
    @Override
    public String toString() {
        return "Waits for replay job " + job + ", which has "
                + (partition.isEmpty()
                        ? "FlowFiles of events that the journal does not know"
                        : "partition '" + partition + "'");
    }
}
