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

import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;

/**
 * The settings of a service as one value, which is read in one way when a person edits them, presses <i>Verify</i>, and
 * enables the service: what cannot be used is refused with words, under the property that is at fault.
 *
 * @param <S> the value
 */
public final class CheckedSettings<S> {
    private final String step;
    private final Reader<S> reader;
    private final Function<S, String> words;

    /**
     * Reads properties.
     *
     * @param <S> what they say together
     */
    public interface Reader<S> {
        S read(PropertyContext context) throws InvalidSettingException;
    }

    /**
     * @param step of Verify, in which the words are shown
     * @param words what the settings mean, for people
     */
    public CheckedSettings(String step, Reader<S> reader, Function<S, String> words) {
        this.step = step;
        this.reader = reader;
        this.words = words;
    }

    /** @throws IllegalStateException when they cannot be used, which NiFi's validation says before */
    public S read(PropertyContext context) {
        try {
            return reader.read(context);
        } catch (InvalidSettingException e) {
            throw new IllegalStateException(e.property() + ": " + e.getMessage(), e);
        }
    }

    /** What is wrong with them, for {@code customValidate}. */
    public Collection<ValidationResult> problems(PropertyContext context) {
        try {
            reader.read(context);
            return List.of();
        } catch (InvalidSettingException e) {
            return List.of(new ValidationResult.Builder()
                    .subject(e.property())
                    .valid(false)
                    .explanation(e.getMessage())
                    .build());
        }
    }

    /** What they mean, or what is wrong with them, for {@code verify}. */
    public List<ConfigVerificationResult> verify(PropertyContext context) {
        ConfigVerificationResult.Builder result = new ConfigVerificationResult.Builder().verificationStepName(step);
        try {
            return List.of(result.outcome(Outcome.SUCCESSFUL)
                    .explanation(words.apply(reader.read(context)))
                    .build());
        } catch (InvalidSettingException e) {
            return List.of(result.outcome(Outcome.FAILED)
                    .explanation(e.property() + ": " + e.getMessage())
                    .build());
        }
    }
}
