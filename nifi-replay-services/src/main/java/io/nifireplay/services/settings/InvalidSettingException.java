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

import org.apache.nifi.components.PropertyDescriptor;

/** A property of a service has a value that cannot be used. The message is for who set it: what is wrong, what to do. */
public final class InvalidSettingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String property;

    /** @param message for who set it */
    public InvalidSettingException(PropertyDescriptor property, String message) {
        super(message);
        this.property = property.getName();
    }

    public InvalidSettingException(PropertyDescriptor property, String message, Throwable cause) {
        super(message, cause);
        this.property = property.getName();
    }

    /** The property's name. */
    public String property() {
        return property;
    }
}
