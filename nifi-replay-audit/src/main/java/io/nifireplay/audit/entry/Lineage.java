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
package io.nifireplay.audit.entry;

import java.util.Optional;

/**
 * Where in NiFi something happened.
 *
 * @param flowFiles UUIDs of the FlowFiles
 * @param provenanceEvents ids of NiFi's provenance events, as this node counts them
 * @param component id of the component, empty when none is known
 * @param processGroup id of its process group, empty when none is known
 */
public record Lineage(
        IdList flowFiles, IdList provenanceEvents, Optional<String> component, Optional<String> processGroup) {
    /** Nothing is known. */
    public static final Lineage NONE = new Lineage(IdList.of(), IdList.of(), Optional.empty(), Optional.empty());
}
