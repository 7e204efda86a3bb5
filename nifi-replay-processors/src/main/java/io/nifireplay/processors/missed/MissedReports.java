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
package io.nifireplay.processors.missed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.missed.MissedReason;
import io.nifireplay.journal.replay.ReplayRequest;
import io.nifireplay.processors.request.Reports;

/** Writes what was missed, and what was done about it, in the format of {@code docs/schemas/replay-report.schema.json}. */
public final class MissedReports {
    private final Reports reports;

    public MissedReports(Reports reports) {
        this.reports = reports;
    }

    /** As UTF-8. */
    public byte[] write(Missed missed, Healing healing) {
        ObjectNode report = reports.report("missed");
        ObjectNode counts = report.putObject("missed");
        for (MissedReason reason : MissedReason.values()) {
            counts.put(reason.text(), missed.count(reason));
        }
        missed.oldest().ifPresent(oldest -> report.put("oldest", oldest.toString()));
        report.put("events", missed.eventCount());
        ObjectNode action = report.putObject("action");
        switch (healing) {
            case Healing.NotAsked ignored -> action.put("done", "reported");
            case Healing.NothingToReplay ignored -> action.put("done", "nothing to replay");
            case Healing.Proposed proposed -> {
                action.put("done", "proposed");
                action.set("request", request(proposed.request()));
            }
            case Healing.Planned planned -> {
                action.put("done", "planned");
                action.set("request", request(planned.request()));
                action.set("plan", Reports.planNode(planned.plan()));
            }
            case Healing.Refused refused -> {
                action.put("done", "refused by policy");
                action.put("why", refused.why());
                action.set("request", request(refused.request()));
            }
            case Healing.Opened opened -> {
                action.put("done", "replay opened");
                action.set("job", reports.jobNode(opened.job()));
            }
            case Healing.Waits waits -> {
                action.put("done", "waits for a job");
                action.set("job", reports.jobNode(waits.job()));
            }
            case Healing.TriedBefore tried -> {
                action.put("done", "tried before");
                action.set("job", reports.jobNode(tried.job()));
            }
        }
        return Reports.bytes(report);
    }

    private static ObjectNode request(ReplayRequest request) {
        ObjectNode node = Reports.requestNode(request);
        node.put("events", request.selector().keys().size());
        return node;
    }
}
