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
package io.nifireplay.processors;

import io.nifireplay.services.settings.Choice;

/** What a duplicate's FlowFile holds. */
enum DuplicateContent implements Choice {
    OWN("own content", "The FlowFile keeps the content that it came with."),
    STORED_RESULT(
            "stored result",
            "The content of the stored result takes the place of the FlowFile's own, when a result was stored: to answer a"
                    + " repeated request as the first one was answered.");

    private final Words words;

    DuplicateContent(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
