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
package io.nifireplay.crypto.keyring;

import java.io.Console;
import java.util.Optional;

/** Asks a person for a password, without showing it. */
interface PasswordPrompt {
    /** @return empty when there is nobody to ask, or nothing was answered */
    Optional<char[]> ask(String question);

    /** The console that the process was started on, if it was. */
    static PasswordPrompt ofConsole() {
        return question -> {
            Console console = System.console();
            return console == null
                    ? Optional.empty()
                    : Optional.ofNullable(console.readPassword("%s: ", question))
                            .filter(answer -> answer.length > 0);
        };
    }
}
