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
package io.nifireplay.processors.request;

import io.nifireplay.journal.Status;
import io.nifireplay.journal.replay.JobState;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names of the domain as requests and reports write them: in lower case, with spaces. */
public final class Words {
    private Words() {}

    /** As requests and reports write it. */
    public static String of(Status status) {
        return words(status);
    }

    /** As reports write it. */
    public static String of(JobState state) {
        return words(state);
    }

    /** The status of that name, in any case. */
    static Optional<Status> status(String word) {
        return Arrays.stream(Status.values())
                .filter(status -> of(status).equalsIgnoreCase(word.strip()))
                .findFirst();
    }

    static String allStatuses() {
        return Arrays.stream(Status.values()).map(Words::of).collect(Collectors.joining(", "));
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
