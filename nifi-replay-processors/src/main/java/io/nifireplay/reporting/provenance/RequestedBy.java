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

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.nifi.provenance.ProvenanceEventRecord;

/** Who asked, which NiFi says nowhere but in the details of an event. The texts are those of NiFi 2. */
final class RequestedBy {
    private static final String REPLAY = "Replay requested by ";

    /** NiFi names the event or the FlowFile behind the user, whose name may hold anything. */
    private static final Pattern DOWNLOAD = Pattern.compile(
            "Download of (?:Input |Output )?Content requested by (.*?) for (?:Provenance Event \\d+|\\w+\\[uuid=.*\\])",
            Pattern.DOTALL);

    /** NiFi's word for a request without a user. */
    private static final String ANONYMOUS = "anonymous";

    private RequestedBy() {}

    /** Who asked for a REPLAY or a DOWNLOAD, empty when nobody was authenticated or NiFi does not say. */
    static Optional<String> user(ProvenanceEventRecord event) {
        String details = Optional.ofNullable(event.getDetails()).orElse("");
        return switch (event.getEventType()) {
            case REPLAY ->
                details.startsWith(REPLAY) ? authenticated(details.substring(REPLAY.length())) : Optional.empty();
            case DOWNLOAD -> {
                Matcher matcher = DOWNLOAD.matcher(details);
                yield matcher.matches() ? authenticated(matcher.group(1)) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    /** The user, empty when NiFi did not know any. */
    static Optional<String> authenticated(String user) {
        return user.isBlank() || user.equals(ANONYMOUS) ? Optional.empty() : Optional.of(user);
    }
}
