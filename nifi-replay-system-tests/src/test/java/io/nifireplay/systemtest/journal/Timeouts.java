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
package io.nifireplay.systemtest.journal;

import java.time.Duration;

/** How long tests wait on a machine that has other work; none of it is waited for when all goes well. */
final class Timeouts {
    /** For FlowFiles to be where they belong. */
    static final Duration FLOW = Duration.ofSeconds(90);

    private Timeouts() {}
}
