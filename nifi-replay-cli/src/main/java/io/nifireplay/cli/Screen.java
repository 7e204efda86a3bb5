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
package io.nifireplay.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows answers: to people, or as the JSON that they are. */
final class Screen {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final int LABEL = 16;

    private final PrintStream out;
    private final boolean json;

    Screen(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void job(JsonNode job) {
        if (json) {
            print(job);
            return;
        }
        JsonNode request = job.path("request");
        line("Job", text(job, "job") + "   version " + text(job, "version"));
        line("State", text(job, "state") + reason(job));
        line("Mode", text(request, "mode"));
        line("Asked by", text(request, "requester") + ": " + text(request, "reason"));
        line("Edited by", others(job.path("editors"), text(request, "requester")));
        line(
                "Selects",
                job.has("provenance")
                        ? "from provenance: " + text(job.path("provenance"), "selection")
                        : text(request.path("select")));
        line("Limits", text(request.path("limits")));
        plan(job.path("plan"));
        approval(job);
        progress(job);
        line("Drafted", text(job, "drafted"));
        line("Changed", text(job, "changed"));
        next(job);
    }

    void jobs(JsonNode answer) {
        if (json) {
            print(answer);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("JOB", "VERSION", "STATE", "MODE", "SETTLED", "ASKED BY", "REASON"));
        for (JsonNode job : answer.path("jobs")) {
            JsonNode progress = job.path("progress");
            rows.add(List.of(
                    text(job, "job"),
                    text(job, "version"),
                    text(job, "state"),
                    text(job.path("request"), "mode"),
                    text(progress, "settled") + "/" + text(progress, "total"),
                    text(job.path("request"), "requester"),
                    text(job.path("request"), "reason")));
        }
        if (rows.size() == 1) {
            out.println("There are no jobs.");
        } else {
            table(rows);
        }
    }

    void governance(JsonNode governance) {
        if (json) {
            print(governance);
            return;
        }
        JsonNode caller = governance.path("caller");
        line("Coordinator", text(governance, "coordinator"));
        line(
                "You are",
                text(caller, "identity")
                        + (caller.path("mayOperate").asBoolean() ? ", may operate" : "")
                        + (caller.path("mayApprove").asBoolean() ? ", may approve" : ""));
        pin("In force", governance.path("pinned"));
        if (governance.path("pinned").isMissingNode()) {
            line("In force", "nothing: no coordinator was enabled on this journal yet");
        }
        pin("Waiting", governance.path("waiting"));
        if (!governance.path("waiting").isMissingNode()) {
            out.println();
            out.println("What waits allows more than what is in force, or belongs to another service. To let it in:");
            out.println("  replay policy approve " + text(governance.path("waiting"), "digest") + " --reason \"…\"");
        }
    }

    private void plan(JsonNode plan) {
        if (plan.isMissingNode()) {
            return;
        }
        line(
                "Plan",
                text(plan, "emitted") + " of " + text(plan, "selected") + " events would be replayed"
                        + (plan.has("estimatedSeconds") ? ", in some " + text(plan, "estimatedSeconds") + " s" : ""));
        line("", counts(plan.path("byState"), "by state: "));
        line("", counts(plan.path("byPartition"), "by partition: "));
        line("", counts(plan, "left out: ", "inFlight", "outcomeUnknown", "withoutContent", "conflicts"));
        if (plan.has("oldest")) {
            line("", "from " + text(plan, "oldest") + " to " + text(plan, "newest"));
        }
        found(plan.path("provenance"));
        line("", "set " + text(plan, "items"));
        line("", "policy " + text(plan, "policy"));
    }

    private void found(JsonNode found) {
        if (found.isMissingNode()) {
            return;
        }
        line("", "in provenance: " + text(found, "events") + " events of " + text(found, "flowFiles") + " FlowFiles");
        line("", counts(found.path("notReplayable"), "NiFi will not replay: "));
        line("", counts(found, "not to be replayed: ", "withoutQueue", "elsewhere", "conflicts"));
    }

    private void approval(JsonNode job) {
        JsonNode approval = job.path("approval");
        if (!approval.isMissingNode()) {
            line("Approved by", text(approval, "approver") + ": " + text(approval, "reason"));
            line("", approval.path("used").asBoolean() ? "used" : "good until " + text(approval, "expires"));
        } else if (job.path("approvalNeeded").asBoolean()) {
            line("Approval", "needed, by somebody who has not asked for or edited the job");
        }
    }

    private void progress(JsonNode job) {
        JsonNode progress = job.path("progress");
        if (progress.path("total").asLong() == 0) {
            return;
        }
        line("Progress", text(progress, "settled") + " of " + text(progress, "total") + " settled");
        line(
                "",
                counts(
                        progress,
                        "",
                        "completed",
                        "completedElsewhere",
                        "deadLetter",
                        "outcomeUnknown",
                        "rejected",
                        "emitted"));
        if (job.has("estimatedEnd")) {
            line("", "done at about " + text(job, "estimatedEnd"));
        }
    }

    private void next(JsonNode job) {
        String id = text(job, "job");
        String hint = switch (text(job, "state")) {
            case "drafted" -> "plan " + id;
            case "planning" -> "status " + id + ", until it is planned";
            case "awaiting approval" -> "approve " + id + " --version " + text(job, "version") + " --reason \"…\"";
            case "approved" -> "start " + id + " --reason \"…\"";
            default -> "";
        };
        if (!hint.isEmpty()) {
            out.println();
            out.println("Next: replay " + hint);
        }
    }

    private void pin(String label, JsonNode pin) {
        if (pin.isMissingNode()) {
            return;
        }
        line(label, text(pin, "digest") + " since " + text(pin, "since"));
        line("", "coordinator " + text(pin, "coordinator") + ", policy service " + text(pin, "policyService"));
        line("", "policy " + text(pin, "policyDigest"));
        for (Map.Entry<String, JsonNode> rule : pin.path("policy").properties()) {
            line("", rule.getKey() + ": " + text(rule.getValue()));
        }
    }

    private static String reason(JsonNode job) {
        String reason = text(job, "stateReason");
        return reason.isBlank() ? "" : ": " + reason;
    }

    private static String others(JsonNode editors, String requester) {
        List<String> others = new ArrayList<>();
        for (JsonNode editor : editors) {
            if (!editor.asText().equals(requester)) {
                others.add(editor.asText());
            }
        }
        return String.join(", ", others);
    }

    /** Of all numbers, or of those named, the ones that are not 0; empty when all are. */
    private static String counts(JsonNode numbers, String title, String... names) {
        List<String> wanted = List.of(names);
        String counts = numbers.properties().stream()
                .filter(number -> wanted.isEmpty() || wanted.contains(number.getKey()))
                .filter(number -> number.getValue().asLong() != 0)
                .map(number -> number.getValue().asText() + " " + words(number.getKey()))
                .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "" : title + counts;
    }

    /** {@code completedElsewhere} as {@code completed elsewhere}. */
    private static String words(String camelCase) {
        return camelCase.replaceAll("(?<=[a-z])([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    private void line(String label, String text) {
        if (!text.isEmpty()) {
            out.println((label + " ".repeat(LABEL)).substring(0, LABEL) + harmless(text));
        }
    }

    private void table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], harmless(row.get(i)).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = harmless(row.get(i));
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** Reasons are other people's texts: a terminal must not take them for commands. */
    private static String harmless(String text) {
        return text.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }

    /** A value as it is, what is made of several as JSON. */
    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asText() : node.isEmpty() ? "" : node.toString();
    }

    private void print(JsonNode node) {
        try {
            out.println(JSON.writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree cannot be written as JSON", e);
        }
    }
}
