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
package io.nifireplay.systemtest.repository;

import io.nifireplay.systemtest.client.Connection;
import io.nifireplay.systemtest.client.NiFiClient;
import io.nifireplay.systemtest.client.ProcessGroup;
import io.nifireplay.systemtest.client.Processor;
import java.util.Map;

/**
 * FlowFiles whose content tells whether it is their own: it is made of an id that is also an attribute. They wait in a queue
 * until they are checked.
 */
final class CheckedContents {
    private static final String HASH = "content_SHA-256";

    private final Processor generate;
    private final Processor check;
    private final Processor route;
    private final Connection made;
    private final Connection right;
    private final Connection wrong;

    private CheckedContents(
            Processor generate, Processor check, Processor route, Connection made, Connection right, Connection wrong) {
        this.generate = generate;
        this.check = check;
        this.route = route;
        this.made = made;
        this.right = right;
        this.wrong = wrong;
    }

    /** @param text what every content holds besides its id */
    static CheckedContents in(ProcessGroup group, String text) {
        Processor generate = group.createProcessor("GenerateFlowFile")
                .set("File Size", "0 B")
                .every("1 hour");
        Processor name = group.createProcessor("UpdateAttribute")
                .set(Map.of("id", "${uuid}", "expected", "${uuid:append(' " + text + "'):hash('SHA-256')}"));
        Processor fill = group.createProcessor("ReplaceText")
                .set(Map.of(
                        "Replacement Strategy",
                        "Always Replace",
                        "Evaluation Mode",
                        "Entire text",
                        "Replacement Value",
                        "${id} " + text))
                .autoTerminate("failure");
        Processor check = group.createProcessor("CryptographicHashContent")
                .set("Hash Algorithm", "SHA-256")
                .autoTerminate("failure");
        Processor route =
                group.createProcessor("RouteOnAttribute").set("right", "${'" + HASH + "':equals(${expected})}");
        generate.to(name, "success").backPressure(0);
        name.to(fill, "success").backPressure(0);
        Connection made = fill.to(check, "success").backPressure(0);
        check.to(route, "success").backPressure(0);
        Connection right = route.to(group.createFunnel(), "right").backPressure(0);
        Connection wrong = route.to(group.createFunnel(), "unmatched").backPressure(0);
        name.start();
        fill.start();
        return new CheckedContents(generate, check, route, made, right, wrong);
    }

    /** Makes so many, and waits until they are in the queue. */
    CheckedContents make(int count) {
        long before = made.count();
        send(count);
        made.awaitCount(before + count);
        return this;
    }

    /** Makes so many, which may be checked at once. */
    CheckedContents send(int count) {
        generate.set("Batch Size", String.valueOf(count)).runOnce();
        return this;
    }

    /** The queue in which they wait. */
    Connection made() {
        return made;
    }

    /** Those that were checked and hold what they should. */
    Connection right() {
        return right;
    }

    /** Those that hold anything else. */
    Connection wrong() {
        return wrong;
    }

    /** What reads them. */
    Processor check() {
        return check;
    }

    CheckedContents startChecking() {
        check.start();
        route.start();
        return this;
    }

    /** The same flow after a start of NiFi at another address. */
    CheckedContents at(NiFiClient client) {
        return new CheckedContents(
                client.processor(generate.id()),
                client.processor(check.id()),
                client.processor(route.id()),
                client.connection(made.id()),
                client.connection(right.id()),
                client.connection(wrong.id()));
    }
}
