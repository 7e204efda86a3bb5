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

/** The command cannot be done; the message says why, and what to do. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExitStatus status;

    CommandException(ExitStatus status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    ExitStatus status() {
        return status;
    }
}
