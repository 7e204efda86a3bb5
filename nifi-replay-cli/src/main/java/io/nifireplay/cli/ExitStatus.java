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

/** How the command ends, for the scripts that call it. */
public enum ExitStatus {
    DONE(0),
    /** As things stand it is not possible: another state, another version. */
    NOT_POSSIBLE(1),
    /** NiFi does not answer, or not as it should. */
    NO_ANSWER(2),
    NOT_PERMITTED(3),
    NOT_FOUND(4),
    /** The call, or the request for a replay, cannot be understood. */
    WRONG_CALL(64);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** What an HTTP status that is no success amounts to. */
    static ExitStatus ofHttp(int status) {
        return switch (status) {
            case 400, 413, 415 -> WRONG_CALL;
            case 401, 403 -> NOT_PERMITTED;
            case 404 -> NOT_FOUND;
            case 409, 412, 428 -> NOT_POSSIBLE;
            default -> NO_ANSWER;
        };
    }
}
