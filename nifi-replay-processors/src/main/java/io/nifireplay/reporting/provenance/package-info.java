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
/**
 * What NiFi's provenance tells an auditor. {@link io.nifireplay.reporting.provenance.ProvenanceTail} reads it without leaving
 * anything out unsaid, {@link io.nifireplay.reporting.provenance.Findings} knows what in it is worth an entry, {@link
 * io.nifireplay.reporting.provenance.LossRule} when the end of a FlowFile is the loss of an event, and {@link
 * io.nifireplay.reporting.provenance.ProvenanceAuditor} takes it from there into the audit trail. Of NiFi they know
 * provenance events, and nothing of a component's life.
 */
package io.nifireplay.reporting.provenance;
