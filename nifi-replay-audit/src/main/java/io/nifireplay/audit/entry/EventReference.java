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
 * An event of a journal.
 *
 * @param journal id of the journal
 * @param place where the event lies in it
 * @param generation of the event, from 1
 * @param key its idempotency key, empty when it is not to be told
 */
public record EventReference(String journal, EventPlace place, int generation, Optional<PersonalId> key) {}
