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

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.Keyring;
import io.nifireplay.crypto.keyring.KeyringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.AllowableValue;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.resource.ResourceCardinality;
import org.apache.nifi.components.resource.ResourceType;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.reporting.InitializationException;

@Tags({"replay", "key", "keyring", "key store", "encryption", "AES", "rotation", "PKCS12", "BCFKS"})
@CapabilityDescription(
        "AES-256 keys by their ids, from a key store. One is active: new data is sealed with keys derived from it. The"
                + " others open what was sealed before, so a key must stay in the key store as long as there is data under it."
                + " The key store is read when the service is enabled.")
public class KeyStoreKeyring extends AbstractControllerService implements KeyringService, VerifiableControllerService {

    static final PropertyDescriptor KEY_STORE = new PropertyDescriptor.Builder()
            .name("Key Store")
            .description(
                    "The file with the keys: AES, 256 bits, each under its id as alias. keytool makes one, and so does"
                            + " bin/keyring. NiFi's user must be able to read it, and nobody else should.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .identifiesExternalResource(ResourceCardinality.SINGLE, ResourceType.FILE)
            .build();

    static final PropertyDescriptor KEY_STORE_TYPE = new PropertyDescriptor.Builder()
            .name("Key Store Type")
            .description("The kind of key store")
            .required(true)
            .allowableValues(
                    new AllowableValue(
                            KeyStoreType.PKCS12.name(), "PKCS12", "As keytool makes it; ids are in lower case"),
                    new AllowableValue(KeyStoreType.BCFKS.name(), "BCFKS", "Bouncy Castle's FIPS key store"))
            .defaultValue(KeyStoreType.PKCS12.name())
            .build();

    static final PropertyDescriptor KEY_STORE_PASSWORD = new PropertyDescriptor.Builder()
            .name("Key Store Password")
            .description("The password of the key store, which is also that of each key in it")
            .required(true)
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .build();

    static final PropertyDescriptor ACTIVE_KEY_ID = new PropertyDescriptor.Builder()
            .name("Active Key ID")
            .description(
                    "The id of the key that new data is sealed with. To rotate, add a key to the key store, disable this"
                            + " service, name the new key here, and enable it again.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS =
            List.of(KEY_STORE, KEY_STORE_TYPE, KEY_STORE_PASSWORD, ACTIVE_KEY_ID);

    static final String KEY_STORE_STEP = "Key store opens";
    static final String ACTIVE_KEY_STEP = "Active key is there";

    private volatile Optional<Keyring> keyring = Optional.empty();
    private volatile Optional<Looked> looked = Optional.empty();

    private record Settings(Path file, KeyStoreType type, String password, String activeId) {
        Keyring read() throws KeyringException {
            char[] characters = password.toCharArray();
            try {
                return KeyStoreFile.at(file, type).read(characters, activeId);
            } finally {
                Arrays.fill(characters, '\0');
            }
        }

        Set<String> ids() throws KeyringException {
            char[] characters = password.toCharArray();
            try {
                return KeyStoreFile.at(file, type).ids(characters);
            } finally {
                Arrays.fill(characters, '\0');
            }
        }
    }

    /** What came of a validation, and of what: NiFi validates every few seconds, and opening a key store is slow by design. */
    private record Looked(Settings settings, FileTime modified, long size, List<String> problems) {
        boolean isOf(Settings other, BasicFileAttributes file) {
            return settings.equals(other) && modified.equals(file.lastModifiedTime()) && size == file.size();
        }
    }

    @OnEnabled
    public void onEnabled(ConfigurationContext context) throws InitializationException {
        try {
            Keyring read = settings(context).read();
            keyring = Optional.of(read);
            getLogger().info("New data is sealed with the key '{}'; the keyring has {}", read.activeId(), read.ids());
        } catch (KeyringException e) {
            throw new InitializationException(e.getMessage(), e);
        }
    }

    @OnDisabled
    public void onDisabled() {
        keyring = Optional.empty();
    }

    @Override
    public Keyring getKeyring() {
        return keyring.orElseThrow(() -> new IllegalStateException(
                "The keyring service " + getIdentifier() + " is not enabled: enable it before what uses it"));
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog verificationLogger, Map<String, String> variables) {
        List<ConfigVerificationResult> results = new ArrayList<>();
        Settings settings;
        try {
            settings = settings(context);
            Set<String> ids = settings.ids();
            results.add(result(KEY_STORE_STEP, Outcome.SUCCESSFUL, settings.file() + " has the keys " + ids));
        } catch (KeyringException e) {
            results.add(result(KEY_STORE_STEP, Outcome.FAILED, e.getMessage()));
            return results;
        }
        try {
            Keyring read = settings.read();
            results.add(result(
                    ACTIVE_KEY_STEP,
                    Outcome.SUCCESSFUL,
                    "New data is sealed with the key '" + read.activeId() + "'; " + new TreeSet<>(read.ids())
                            + " can open what was sealed with them"));
        } catch (KeyringException e) {
            results.add(result(ACTIVE_KEY_STEP, Outcome.FAILED, e.getMessage()));
        }
        return results;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        return problems(context).stream().map(KeyStoreKeyring::problem).toList();
    }

    private List<String> problems(PropertyContext context) {
        try {
            Settings settings = settings(context);
            BasicFileAttributes file = Files.readAttributes(settings.file(), BasicFileAttributes.class);
            Optional<Looked> known = looked.filter(before -> before.isOf(settings, file));
            if (known.isPresent()) {
                return known.get().problems();
            }
            List<String> problems = problems(settings);
            looked = Optional.of(new Looked(settings, file.lastModifiedTime(), file.size(), problems));
            return problems;
        } catch (KeyringException e) {
            return List.of(e.getMessage());
        } catch (IOException e) {
            return List.of("The key store cannot be found: " + e
                    + ". Make one with keytool or bin/keyring, or correct the" + " path or the rights on it");
        }
    }

    private static List<String> problems(Settings settings) {
        try {
            settings.read();
            return List.of();
        } catch (KeyringException e) {
            return List.of(e.getMessage());
        }
    }

    private static Settings settings(PropertyContext context) throws KeyringException {
        String file = evaluated(context, KEY_STORE);
        try {
            return new Settings(
                    Path.of(file),
                    KeyStoreType.valueOf(context.getProperty(KEY_STORE_TYPE).getValue()),
                    context.getProperty(KEY_STORE_PASSWORD).getValue(),
                    evaluated(context, ACTIVE_KEY_ID));
        } catch (InvalidPathException e) {
            throw new KeyringException("'" + file + "' is not a path: " + e.getReason(), e);
        }
    }

    private static String evaluated(PropertyContext context, PropertyDescriptor property) throws KeyringException {
        String text =
                context.getProperty(property).evaluateAttributeExpressions().getValue();
        if (text == null || text.isBlank()) {
            throw new KeyringException(property.getName() + " is empty: the expression yields nothing");
        }
        return text;
    }

    private static ValidationResult problem(String explanation) {
        return new ValidationResult.Builder()
                .subject(KEY_STORE.getName())
                .valid(false)
                .explanation(explanation)
                .build();
    }

    private static ConfigVerificationResult result(String step, Outcome outcome, String explanation) {
        return new ConfigVerificationResult.Builder()
                .verificationStepName(step)
                .outcome(outcome)
                .explanation(explanation)
                .build();
    }
}
