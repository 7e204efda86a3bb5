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
package io.nifireplay.journal.delivery;

import io.nifireplay.journal.EventState;
import io.nifireplay.journal.Token;
import java.util.Optional;

/** What came of an effect. */
public sealed interface Outcome {
    Token token();

    /** The FlowFile's UUID. */
    String flowFile();

    /** One of the effects that the event requires. */
    String effect();

    Fragment fragment();

    /** It is done. The result is stored for duplicates; the same attempt may add it later, once. */
    record Completed(Token token, String flowFile, String effect, Fragment fragment, Optional<StoredResult> result)
            implements Outcome {}

    /** It failed and may be tried again as the policy says. */
    record Failed(
            Token token,
            String flowFile,
            String effect,
            Fragment fragment,
            EventState.Failure failure,
            RetryPolicy policy)
            implements Outcome {}

    /** It failed for good. */
    record GivenUp(Token token, String flowFile, String effect, Fragment fragment, EventState.Failure failure)
            implements Outcome {}
}
