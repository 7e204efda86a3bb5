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
package io.nifireplay.services.settings;

import org.apache.nifi.components.DescribedValue;

/** A value of a property that people choose from a list: what they see is what is stored. */
public interface Choice extends DescribedValue {
    /**
     * How it is shown.
     *
     * @param value as people see it and NiFi stores it
     * @param description what it means
     */
    record Words(String value, String description) {}

    Words words();

    @Override
    default String getValue() {
        return words().value();
    }

    @Override
    default String getDisplayName() {
        return words().value();
    }

    @Override
    default String getDescription() {
        return words().description();
    }
}
