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

import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationResult;

/** The properties by which GuardDelivery and CompleteEvent name the same effect and the same part of an event. */
final class Effects {
    static final PropertyDescriptor EFFECT = new PropertyDescriptor.Builder()
            .name("Effect")
            .description("The side effect that this branch performs: one of the Required Effects of JournalEvent")
            .required(true)
            .defaultValue(RequiredEffects.DEFAULT)
            .addValidator((subject, input, context) -> {
                ValidationResult.Builder result =
                        new ValidationResult.Builder().subject(subject).input(input);
                try {
                    RequiredEffects.requireName(input);
                    return result.valid(true).build();
                } catch (IllegalArgumentException e) {
                    return result.valid(false).explanation(e.getMessage()).build();
                }
            })
            .build();

    static final PropertyDescriptor SPLIT_EVENTS = new PropertyDescriptor.Builder()
            .name("Split Events")
            .description(
                    "Whether FlowFiles may be parts of an event that was split after JournalEvent, by processors that write"
                            + " fragment.index and fragment.count. The effect is then done when all parts are. Parts that are split"
                            + " once more go to 'rejected': an event may be split once.")
            .required(true)
            .allowableValues(SplitEvents.class)
            .defaultValue(SplitEvents.AUTOMATIC)
            .build();

    private Effects() {}
}
