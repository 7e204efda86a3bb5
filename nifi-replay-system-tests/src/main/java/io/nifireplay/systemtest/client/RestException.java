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
package io.nifireplay.systemtest.client;

/** NiFi refused a request. Its own words are in the message. */
public final class RestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    RestException(String method, String path, int status, String answer) {
        super(method + " " + path + ": " + status + " " + answer);
        this.status = status;
    }

    /** The HTTP status: 403 for a missing policy, 404 for what is gone, 409 for what is not possible now. */
    public int status() {
        return status;
    }
}
