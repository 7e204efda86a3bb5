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
 * Signed notes and checkpoints: <a href="https://c2sp.org/signed-note">C2SP signed-note</a> and <a
 * href="https://c2sp.org/tlog-checkpoint">tlog-checkpoint</a>, with Ed25519 (RFC 8032) alone. What is read is read
 * strictly: there is one way to write each of these texts, and every other is refused.
 */
package io.nifireplay.audit.note;
