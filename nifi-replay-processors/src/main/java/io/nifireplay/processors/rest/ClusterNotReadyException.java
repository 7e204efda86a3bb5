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

/** The cluster cannot do this now: a node is away, or is connecting. It passes, and whoever waits has lost nothing. */
public class ClusterNotReadyException extends NiFiApiException {
    private static final long serialVersionUID = 1L;

    public ClusterNotReadyException(String message) {
        super(message);
    }
}
