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

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nifireplay.journal.governance.Approval;
import io.nifireplay.journal.governance.FrozenPlan;
import io.nifireplay.journal.governance.GovernedJob;
import io.nifireplay.processors.request.Reports;
import io.nifireplay.processors.request.RequestWriter;
import java.time.Instant;

/** Writes jobs as {@code docs/schemas/governed-job.schema.json} says. */
final class JobJson {
    private JobJson() {}

    /** @param now for the estimated end */
    static ObjectNode of(GovernedJob job, Instant now) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("job", job.id());
        node.put("version", job.version());
        node.put("state", job.state().words());
        Reports.putReason(node, job.stateReason(), job.waitsFor());
        node.set("request", RequestWriter.node(job.request()));
        job.provenance().ifPresent(selection -> node.putObject("provenance").put("selection", selection));
        job.plan().ifPresent(plan -> node.set("plan", plan(plan)));
        node.set("progress", Reports.progressNode(job.progress()));
        node.put("ratePerSecond", job.ratePerSecond());
        job.timeLeft().ifPresent(left -> node.put("estimatedEnd", now.plus(left).toString()));
        job.coordinator().ifPresent(id -> node.put("coordinator", id));
        job.editors().forEach(node.putArray("editors")::add);
        node.put("approvalNeeded", job.approvalNeeded());
        job.approval().ifPresent(approval -> node.set("approval", approval(approval)));
        node.put("drafted", job.drafted().toString());
        node.put("changed", job.changed().toString());
        return node;
    }

    private static ObjectNode plan(FrozenPlan plan) {
        ObjectNode node = Reports.planNode(plan.numbers());
        node.put("items", plan.items());
        node.put("policy", plan.policy());
        node.put("made", plan.made().toString());
        plan.provenance().ifPresent(counts -> node.set("provenance", Reports.foundNode(counts)));
        plan.estimate().ifPresent(time -> node.put("estimatedSeconds", time.toSeconds()));
        return node;
    }

    private static ObjectNode approval(Approval approval) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("approver", approval.approver());
        node.put("reason", approval.reason());
        node.put("given", approval.given().toString());
        node.put("expires", approval.expires().toString());
        node.put("version", approval.version());
        node.put("items", approval.items());
        node.put("policy", approval.policy());
        node.put("pin", approval.pin());
        node.put("used", approval.used());
        return node;
    }
}
