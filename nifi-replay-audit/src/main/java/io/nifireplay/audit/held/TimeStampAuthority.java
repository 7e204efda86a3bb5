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
package io.nifireplay.audit.held;

import java.io.IOException;

/** Whoever says by signature that something was there at a time (RFC 3161). */
public interface TimeStampAuthority {
    /** For people: who it is. */
    String description();

    /**
     * A time stamp.
     *
     * @param sha256 of what is stamped
     * @return the time stamp token, DER
     * @throws IOException when it gives none, or one for something else
     */
    byte[] stamp(byte[] sha256) throws IOException;
}
