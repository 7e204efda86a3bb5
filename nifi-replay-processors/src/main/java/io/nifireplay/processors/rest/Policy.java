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
package io.nifireplay.processors.rest;

/**
 * One of NiFi's access policies.
 *
 * @param name as NiFi's page names it
 * @param action read or write
 * @param resource such as {@code /data/processors/ID}; a policy of a process group above it does as well
 */
public record Policy(String name, String action, String resource) {
    /** To see which nodes a cluster has. */
    public static Policy viewInterface() {
        return new Policy("view the user interface", "read", "/flow");
    }

    /** To ask provenance at all. */
    public static Policy queryProvenance() {
        return new Policy("query provenance", "read", "/provenance");
    }

    /** To see a processor and its settings. */
    public static Policy viewComponent(String processor) {
        return new Policy("view the component", "read", "/processors/" + processor);
    }

    /** To see which processors a process group has. */
    public static Policy viewProcessGroup(String processGroup) {
        return new Policy("view the component", "read", "/process-groups/" + processGroup);
    }

    /** To find a processor's provenance events: without it NiFi finds none, and says nothing. */
    public static Policy viewProvenance(String processor) {
        return new Policy("view provenance", "read", "/provenance-data/processors/" + processor);
    }

    /** To see attributes and content of a processor's FlowFiles. */
    public static Policy viewData(String processor) {
        return new Policy("view the data", "read", "/data/processors/" + processor);
    }

    /** To replay a processor's FlowFiles. */
    public static Policy modifyData(String processor) {
        return new Policy("modify the data", "write", "/data/processors/" + processor);
    }

    @Override
    public String toString() {
        return "'" + name + "' (" + action + " on " + resource + ")";
    }
}
