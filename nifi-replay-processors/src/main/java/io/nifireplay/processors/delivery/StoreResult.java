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
package io.nifireplay.processors.delivery;

import io.nifireplay.services.settings.Choice;

/** What a completion leaves for later duplicates. */
public enum StoreResult implements Choice {
    NO("no", "Nothing: a duplicate is only told that the event is completed."),
    ATTRIBUTES("attributes", "The FlowFile's attributes that Result Attributes names."),
    ATTRIBUTES_AND_CONTENT(
            "attributes and content",
            "The attributes that Result Attributes names, and the FlowFile's content, up to the Maximum Stored Result Size of"
                    + " the journal.");

    private final Words words;

    StoreResult(String value, String description) {
        words = new Words(value, description);
    }

    @Override
    public Words words() {
        return words;
    }
}
