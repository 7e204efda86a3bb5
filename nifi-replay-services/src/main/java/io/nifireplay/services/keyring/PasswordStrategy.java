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
package io.nifireplay.services.keyring;

import io.nifireplay.services.settings.Choice;

/** Where the key store's password comes from. */
enum PasswordStrategy implements Choice {
    PROPERTY(
            "property", "A sensitive property of this service, which may refer to a parameter of a Parameter Context."),
    ENVIRONMENT_VARIABLE(
            "environment variable",
            "A variable of NiFi's environment, so that the password lies in no file of NiFi's."),
    FILE(
            "file",
            "A file that only its owner may read, such as one that a secret store puts there. It holds the password and"
                    + " nothing else.");

    private final Words words;

    PasswordStrategy(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
