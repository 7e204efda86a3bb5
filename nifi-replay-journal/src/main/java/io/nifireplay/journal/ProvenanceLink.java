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
package io.nifireplay.journal;

/**
 * The way from a journal's event to NiFi's provenance.
 *
 * @param flowFileUuid the FlowFile that was admitted, or empty
 * @param componentId the processor that admitted it, or empty
 * @param processGroupId the process group of that processor, or empty
 * @param entryMillis when that FlowFile's lineage began, milliseconds since the epoch, or 0
 */
public record ProvenanceLink(String flowFileUuid, String componentId, String processGroupId, long entryMillis) {
    public static final ProvenanceLink NONE = new ProvenanceLink("", "", "", 0);
}
