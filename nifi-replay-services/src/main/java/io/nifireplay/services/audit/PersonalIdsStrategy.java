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
package io.nifireplay.services.audit;

import io.nifireplay.services.settings.Choice;

/** How ids that may tell who a person is stand in the trail, which cannot be changed afterwards. */
enum PersonalIdsStrategy implements Choice {
    PSEUDONYMS(
            "pseudonyms",
            "As keyed digests (HMAC-SHA-256): the same id has the same pseudonym, and only who has the key can test whether"
                    + " it is that of a certain person. Nothing is kept that leads from the pseudonym to the id."),
    SEALED(
            "sealed",
            "Encrypted under a key for each person. Who has these keys can read the ids; destroying a person's key erases"
                    + " that person from the whole trail, which goes on to fit."),
    PLAIN(
            "plain",
            "As they are, readable for everybody who has the trail, and for ever: nothing can be taken out of it again.");

    private final Words words;

    PersonalIdsStrategy(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
