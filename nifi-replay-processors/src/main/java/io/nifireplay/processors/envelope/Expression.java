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
package io.nifireplay.processors.envelope;

import java.util.Map;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.PropertyValue;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.processor.ProcessContext;

/** A text that may differ for each FlowFile. */
@FunctionalInterface
public interface Expression {
    /**
     * The text for a FlowFile, empty when there is none.
     *
     * @throws ExpressionException when it cannot be evaluated
     */
    String of(FlowFile flowFile);

    /** What a property yields, its Expression Language evaluated. */
    static Expression of(ProcessContext context, PropertyDescriptor property) {
        PropertyValue value = context.getProperty(property);
        if (!value.isSet()) {
            return flowFile -> "";
        }
        if (!value.isExpressionLanguagePresent()) {
            String constant =
                    textOrEmpty(value.evaluateAttributeExpressions(Map.of()).getValue());
            return flowFile -> constant;
        }
        return flowFile -> {
            try {
                return textOrEmpty(value.evaluateAttributeExpressions(flowFile).getValue());
            } catch (RuntimeException e) {
                // NiFi's own exceptions for this have no common type in its API.
                throw new ExpressionException(
                        "The property " + property.getDisplayName() + " cannot be evaluated for this FlowFile: "
                                + e.getMessage(),
                        e);
            }
        };
    }

    private static String textOrEmpty(String text) {
        return text == null ? "" : text;
    }
}
