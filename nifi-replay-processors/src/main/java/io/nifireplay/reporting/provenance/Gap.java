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

/**
 * Provenance events that nobody will read.
 *
 * @param first id of the first of them
 * @param last id of the last of them
 */
public record Gap(long first, long last, Reason reason) {
    /** Why they cannot be read. */
    public enum Reason {
        NEVER_WRITTEN("never written, although later events are"),
        UNREADABLE("cannot be read, although NiFi counts them"),
        ROLLED_OVER("rolled over unread"),
        HELD_BACK("rolled over while the entry was held back"),
        ANOTHER_REPOSITORY(
                "the provenance repository is another one, or its end was lost: what it held from this id on is not known");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** As an entry has it. */
        public String words() {
            return words;
        }
    }
}
