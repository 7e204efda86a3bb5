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
package io.nifireplay.services.breaker;

import io.nifireplay.journal.EventRef;
import io.nifireplay.journal.Token;
import io.nifireplay.journal.delivery.Fragment;

/**
 * A call to the downstream, by what it is for: the same for the FlowFile that claims it and the one that tells its outcome.
 *
 * @param event the event
 * @param generation its generation
 * @param attempt its attempt
 * @param effect the effect that the call performs
 * @param fragment which part of a split event, 0 for a whole one
 */
public record Call(EventRef event, int generation, int attempt, String effect, int fragment) {
    public static Call of(Token token, String effect, Fragment fragment) {
        return new Call(token.event(), token.generation(), token.attempt(), effect, fragment.index());
    }
}
