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
package io.nifireplay.audit.verify;

import io.nifireplay.audit.note.SignedCheckpoint;
import java.time.Instant;
import java.util.Optional;

/**
 * A checkpoint that was held outside of the log.
 *
 * @param source where it comes from, for people
 * @param checkpoint itself
 * @param time what a time stamp beside it states, empty without one that was verified
 */
public record HeldCheckpoint(String source, SignedCheckpoint checkpoint, Optional<Instant> time) {}
