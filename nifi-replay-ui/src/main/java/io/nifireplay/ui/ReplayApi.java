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
package io.nifireplay.ui;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.governance.Caller;
import io.nifireplay.journal.governance.Governance;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.journal.governance.IllegalTransitionException;
import io.nifireplay.journal.governance.NotPermittedException;
import io.nifireplay.journal.governance.ReplayCoordinator;
import io.nifireplay.journal.governance.StaleVersionException;
import io.nifireplay.journal.replay.JobState;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.processors.request.GovernedRequestParser;
import io.nifireplay.processors.request.InvalidRequestException;
import io.nifireplay.ui.http.Answer;
import io.nifireplay.ui.http.Call;
import io.nifireplay.ui.http.Problem;
import io.nifireplay.ui.http.Routes;
import io.nifireplay.ui.http.SameSite;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The coordinator over HTTP, as {@code docs/rest.md} describes it. Whether a caller may do what it asks is decided by the
 * coordinator; here only is found out who it is, and that a call which changes something was not sent by a foreign page.
 */
public final class ReplayApi {
    /** The version of a job as an entity tag (RFC 9110, section 8.8.3). */
    private static final Pattern ENTITY_TAG = Pattern.compile("\"?([0-9]{1,18})\"?");

    private final Coordinators coordinators;
    private final InstantSource clock;
    private final Routes routes;

    /** One step of a job's life. */
    @FunctionalInterface
    private interface Change {
        GovernedJob apply(ReplayCoordinator coordinator, String job, long version, String reason, Caller caller);
    }

    public ReplayApi(Coordinators coordinators, InstantSource clock) {
        this.coordinators = coordinators;
        this.clock = clock;
        routes = new Routes()
                .on("GET", "coordinators/*", this::governance)
                .on("POST", "coordinators/*/policy/approve", this::approvePolicy)
                .on("GET", "coordinators/*/jobs", this::jobs)
                .on("POST", "coordinators/*/jobs", this::draft)
                .on("GET", "coordinators/*/jobs/*", this::job)
                .on("PUT", "coordinators/*/jobs/*", this::edit)
                .on("POST", "coordinators/*/jobs/*/plan", this::plan)
                .on("POST", "coordinators/*/jobs/*/approve", change(ReplayCoordinator::approve))
                .on("POST", "coordinators/*/jobs/*/start", change(ReplayCoordinator::start))
                .on("POST", "coordinators/*/jobs/*/pause", change(ReplayCoordinator::pause))
                .on("POST", "coordinators/*/jobs/*/resume", change(ReplayCoordinator::resume))
                .on("POST", "coordinators/*/jobs/*/abort", change(ReplayCoordinator::abort));
    }

    /** What is answered to a call: never anything but an answer, also when the call is refused. */
    public Answer answer(Call call) {
        try {
            if (!call.isRead()) {
                SameSite.require(call);
            }
            return routes.answer(call);
        } catch (Problem e) {
            return e.answer();
        } catch (NotPermittedException e) {
            return new Problem(Problem.Kind.NOT_PERMITTED, e.getMessage()).answer();
        } catch (StaleVersionException e) {
            return new Problem(Problem.Kind.STALE_VERSION, e.getMessage()).answer();
        } catch (IllegalTransitionException e) {
            return new Problem(Problem.Kind.CONFLICT, e.getMessage()).answer();
        } catch (IllegalArgumentException e) {
            return new Problem(Problem.Kind.MALFORMED, e.getMessage()).answer();
        } catch (JournalException e) {
            return new Problem(Problem.Kind.FAILED, e.getMessage()).answer();
        }
    }

    private Answer governance(Call call, List<String> path) throws Problem {
        Coordinators.Seat seat = coordinators.open(path.getFirst());
        return of(seat, seat.coordinator().governance());
    }

    private Answer approvePolicy(Call call, List<String> path) throws Problem {
        Coordinators.Seat seat = coordinators.open(path.getFirst());
        Body body = Body.of(call, "digest", "reason");
        return of(seat, seat.coordinator().approvePolicy(body.text("digest"), body.text("reason"), seat.caller()));
    }

    private Answer jobs(Call call, List<String> path) throws Problem {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ArrayNode jobs = node.putArray("jobs");
        coordinators
                .open(path.getFirst())
                .coordinator()
                .jobs()
                .forEach(job -> jobs.add(JobJson.of(job, clock.instant())));
        return Answer.ok(node);
    }

    private Answer draft(Call call, List<String> path) throws Problem {
        Coordinators.Seat seat = coordinators.open(path.getFirst());
        GovernedJob job = seat.coordinator().draft(request(call, seat.caller()), seat.caller());
        return of(job).withStatus(201).with("Location", "jobs/" + job.id());
    }

    private Answer job(Call call, List<String> path) throws Problem {
        return of(existing(coordinators.open(path.getFirst()), path.get(1)));
    }

    private Answer edit(Call call, List<String> path) throws Problem {
        Coordinators.Seat seat = coordinators.open(path.getFirst());
        existing(seat, path.get(1));
        ReplayRequest request = request(call, seat.caller());
        if (!request.job().equals(path.get(1))) {
            throw new Problem(
                    Problem.Kind.MALFORMED,
                    "The request is of the job '" + request.job() + "', but the job '" + path.get(1)
                            + "' is to be changed");
        }
        return of(seat.coordinator().edit(path.get(1), version(call), request, seat.caller()));
    }

    private Answer plan(Call call, List<String> path) throws Problem {
        Coordinators.Seat seat = coordinators.open(path.getFirst());
        existing(seat, path.get(1));
        Body.of(call);
        GovernedJob job = seat.coordinator().plan(path.get(1), version(call), seat.caller());
        // Somebody else makes the plan: it is accepted, and not done (RFC 9110, section 15.3.3).
        return job.state() == JobState.PLANNING ? of(job).withStatus(202) : of(job);
    }

    private Routes.Handler change(Change change) {
        return (call, path) -> {
            Coordinators.Seat seat = coordinators.open(path.getFirst());
            existing(seat, path.get(1));
            String reason = Body.of(call, "reason").text("reason");
            return of(change.apply(seat.coordinator(), path.get(1), version(call), reason, seat.caller()));
        };
    }

    private static GovernedJob existing(Coordinators.Seat seat, String job) throws Problem {
        return seat.coordinator()
                .job(job)
                .orElseThrow(() -> new Problem(Problem.Kind.NOT_FOUND, "There is no job '" + job + "' in the journal"));
    }

    private static ReplayRequest request(Call call, Caller caller) throws Problem {
        try {
            return GovernedRequestParser.parse(call.body(), caller.identity());
        } catch (InvalidRequestException e) {
            throw new Problem(Problem.Kind.MALFORMED, e.getMessage());
        }
    }

    /** The version that the caller has seen, so that nobody changes, or approves, what somebody else changed meanwhile. */
    private static long version(Call call) throws Problem {
        String tag = call.header("If-Match")
                .orElseThrow(() -> new Problem(
                        Problem.Kind.VERSION_MISSING,
                        "The header If-Match is missing; it must have the job's version, as its ETag"));
        Matcher matcher = ENTITY_TAG.matcher(tag.strip());
        if (!matcher.matches()) {
            throw new Problem(Problem.Kind.MALFORMED, "If-Match is '" + tag + "', but must be a version such as \"3\"");
        }
        return Long.parseLong(matcher.group(1));
    }

    private Answer of(GovernedJob job) {
        return Answer.ok(JobJson.of(job, clock.instant())).with("ETag", "\"" + job.version() + "\"");
    }

    private static Answer of(Coordinators.Seat seat, Governance governance) {
        return Answer.ok(GovernanceJson.of(seat.id(), governance, seat.caller()));
    }
}
