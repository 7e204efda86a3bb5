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
package io.nifireplay.authorizer;

import io.nifireplay.audit.entry.AuditEntry.Link;
import io.nifireplay.audit.spool.Refusal;
import java.lang.StackWalker.StackFrame;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.nifi.authorization.AuthorizationRequest;
import org.apache.nifi.authorization.AuthorizationResult;
import org.apache.nifi.authorization.RequestAction;

/**
 * Tells which refused requests were replays. NiFi does not say what it asks its authorizer for. Two things tell:
 *
 * <ul>
 *   <li>The thread that asks is in a method of NiFi's web API that submits a replay. Then it is known, whichever right was
 *       missing: that on the data, or that on provenance.
 *   <li>NiFi asks to write a component's data, and passes the attributes of an event along. In NiFi 2.3.0 and in 2.11.0 only replay does
 *       ({@code ControllerFacade.authorizeReplay}; emptying a queue asks the same without attributes, and looking at content
 *       asks to read). It is inferred where the first does not tell, as in a NiFi whose methods have other names.
 * </ul>
 */
final class RefusedReplays {
    private static final String WEB_API = "org.apache.nifi.web.";
    private static final String SUBMIT = "submitReplay";
    private static final String DATA = "/data/";
    private static final String FLOW_FILE = "uuid";

    private final Clock clock;
    private final BooleanSupplier isSubmittingReplay;

    RefusedReplays(Clock clock) {
        this(clock, RefusedReplays::isSubmittingReplay);
    }

    /** @param isSubmittingReplay whether the current thread is about to */
    RefusedReplays(Clock clock, BooleanSupplier isSubmittingReplay) {
        this.clock = clock;
        this.isSubmittingReplay = isSubmittingReplay;
    }

    /** Empty unless it was a replay, and refused. To be called by the thread that asked. */
    Optional<Refusal> refusal(AuthorizationRequest request, AuthorizationResult result) {
        if (!request.isAccessAttempt() || result.getResult() != AuthorizationResult.Result.Denied) {
            return Optional.empty();
        }
        if (isSubmittingReplay.getAsBoolean()) {
            return Optional.of(refusal(request, Link.KNOWN));
        }
        return asksLikeReplay(request) ? Optional.of(refusal(request, Link.INFERRED)) : Optional.empty();
    }

    private static boolean asksLikeReplay(AuthorizationRequest request) {
        return request.getAction() == RequestAction.WRITE
                && request.getRequestedResource().getIdentifier().startsWith(DATA)
                && request.getResourceContext() != null;
    }

    private Refusal refusal(AuthorizationRequest request, Link link) {
        return new Refusal(
                clock.instant(),
                Optional.ofNullable(request.getIdentity()),
                request.getAction() == RequestAction.WRITE ? Refusal.Right.WRITE : Refusal.Right.READ,
                request.getRequestedResource().getIdentifier(),
                Optional.ofNullable(request.getResourceContext()).map(RefusedReplays::flowFile),
                link);
    }

    private static String flowFile(Map<String, String> attributes) {
        return attributes.get(FLOW_FILE);
    }

    private static boolean isSubmittingReplay() {
        return StackWalker.getInstance().walk(frames -> frames.anyMatch(RefusedReplays::submitsReplay));
    }

    /** As {@code ProvenanceEventResource.submitReplay} does, or the body of a lambda of {@code submitReplayLatestEvent}. */
    private static boolean submitsReplay(StackFrame frame) {
        return frame.getClassName().startsWith(WEB_API) && frame.getMethodName().contains(SUBMIT);
    }
}
