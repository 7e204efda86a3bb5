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
package io.nifireplay.crypto;

import java.io.IOException;

/**
 * A data key that seals no more: it has sealed as much as one key may, or a write under it failed, so that nobody knows
 * which of its nonces are used. Begin another epoch; what was sealed before stays readable.
 */
public final class EpochEndedException extends IOException {
    private static final long serialVersionUID = 1L;

    public EpochEndedException(String message) {
        super(message);
    }

    public EpochEndedException(String message, Throwable cause) {
        super(message, cause);
    }
}
