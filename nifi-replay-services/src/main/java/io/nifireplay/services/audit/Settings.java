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

import io.nifireplay.services.settings.InvalidSettingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;

/** Reads properties whose expressions refer to NiFi's environment. */
final class Settings {
    private Settings() {}

    /** @return empty when it is not set, or its expression yields nothing */
    static Optional<String> text(PropertyContext context, PropertyDescriptor property) {
        return Optional.ofNullable(context.getProperty(property)
                        .evaluateAttributeExpressions()
                        .getValue())
                .filter(value -> !value.isBlank());
    }

    static String requiredText(PropertyContext context, PropertyDescriptor property) throws InvalidSettingException {
        return text(context, property)
                .orElseThrow(() -> new InvalidSettingException(property, "it is empty: its expression yields nothing"));
    }

    /** @return an absolute path */
    static Optional<Path> path(PropertyContext context, PropertyDescriptor property) throws InvalidSettingException {
        Optional<String> text = text(context, property);
        try {
            return text.map(each -> Path.of(each).toAbsolutePath());
        } catch (InvalidPathException e) {
            throw new InvalidSettingException(property, "'" + text.get() + "' is not a path: " + e.getReason(), e);
        }
    }

    /** @return an absolute path */
    static Path requiredPath(PropertyContext context, PropertyDescriptor property) throws InvalidSettingException {
        requiredText(context, property);
        return path(context, property).orElseThrow();
    }
}
