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
import io.nifireplay.crypto.keyring.PasswordSource;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.reporting.InitializationException;

@Tags({"replay", "keyring", "key store", "encryption", "AES", "rotation", "PKCS12", "BCFKS"})
@CapabilityDescription(
        "AES-256 keys by their ids, from a key store file. One of them is active and seals new data; all of them open what"
                + " was sealed before. A key that is added to the file while the service is enabled is there within a few"
                + " seconds. bin/keyring makes such files, and so does the JDK's keytool.")
public class KeyStoreKeyring extends AbstractControllerService implements KeyringService, VerifiableControllerService {

    static final PropertyDescriptor KEY_STORE = new PropertyDescriptor.Builder()
            .name("Key Store")
            .description(
                    "The file with the keys: AES keys of 256 bits, under the store's password, each with its id as alias."
                            + " NiFi needs to read it only. Without it what was sealed cannot be read again: keep copies of"
                            + " it, apart from the data. A relative path starts at NiFi's working directory.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    static final PropertyDescriptor KEY_STORE_TYPE = new PropertyDescriptor.Builder()
            .name("Key Store Type")
            .description(
                    "PKCS12, which the JDK's keytool makes, or BCFKS, the key store of Bouncy Castle's FIPS provider")
            .required(true)
            .allowableValues(KeyStoreType.values())
            .defaultValue(KeyStoreType.PKCS12.name())
            .build();

    static final PropertyDescriptor PASSWORD_STRATEGY = new PropertyDescriptor.Builder()
            .name("Password Strategy")
            .description("Where the key store's password comes from")
            .required(true)
            .allowableValues(PasswordStrategy.class)
            .defaultValue(PasswordStrategy.PROPERTY)
            .build();

    static final PropertyDescriptor KEY_STORE_PASSWORD = new PropertyDescriptor.Builder()
            .name("Key Store Password")
            .description("The password of the key store, which is that of each of its keys too")
            .required(true)
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(PASSWORD_STRATEGY, PasswordStrategy.PROPERTY)
            .build();

    static final PropertyDescriptor PASSWORD_ENVIRONMENT_VARIABLE = new PropertyDescriptor.Builder()
            .name("Password Environment Variable")
            .description("The name of the variable of NiFi's environment that holds the key store's password")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .dependsOn(PASSWORD_STRATEGY, PasswordStrategy.ENVIRONMENT_VARIABLE)
            .build();

    static final PropertyDescriptor PASSWORD_FILE = new PropertyDescriptor.Builder()
            .name("Password File")
            .description(
                    "The file that holds the key store's password. It is refused when others than its owner have any right"
                            + " to it; its owner must be NiFi's user.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(PASSWORD_STRATEGY, PasswordStrategy.FILE)
            .build();

    static final PropertyDescriptor ACTIVE_KEY_ID = new PropertyDescriptor.Builder()
            .name("Active Key ID")
            .description(
                    "The id of the key that seals new data. When not set, it is the last one in alphabetical order: with ids"
                            + " such as 2026-11-24, a new key takes over as soon as it is in the file.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .build();

    private static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            KEY_STORE,
            KEY_STORE_TYPE,
            PASSWORD_STRATEGY,
            KEY_STORE_PASSWORD,
            PASSWORD_ENVIRONMENT_VARIABLE,
            PASSWORD_FILE,
            ACTIVE_KEY_ID);

    static final String PASSWORD_STEP = "Password is there";
    static final String KEY_STORE_STEP = "Key store opens";
    static final String RIGHTS_STEP = "Only its owner may use the key store";

    private volatile Optional<WatchedKeyring> keyring = Optional.empty();
    private volatile Optional<Opened> lastOpened = Optional.empty();

    /**
     * What was found to open. NiFi validates a service every few seconds as long as it is disabled, and opening a key store
     * is slow by design: half a second for one of five keys.
     */
    private record Opened(KeyStoreSettings settings, KeyStoreSettings.Versions versions) {}

    @OnEnabled
    public void onEnabled(ConfigurationContext context) throws InitializationException {
        try {
            KeyStoreSettings settings = settings(context);
            WatchedKeyring opened = WatchedKeyring.open(settings, System::nanoTime, new Reports());
            settings.store()
                    .rightsOfOthers()
                    .ifPresent(rights ->
                            getLogger().warn(othersMay(settings.store().path(), rights)));
            keyring = Optional.of(opened);
            getLogger()
                    .info(
                            "The key store {} has the keys {}; '{}' seals new data",
                            settings.store().path(),
                            ids(opened.current()),
                            opened.current().activeId());
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
                        "The keyring service " + getIdentifier() + " is not enabled: enable it"))
                .current();
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog verificationLogger, Map<String, String> variables) {
        List<ConfigVerificationResult> results = new ArrayList<>();
        KeyStoreSettings settings;
        try {
            settings = settings(context);
            Arrays.fill(settings.password().read(), '\0');
            results.add(result(PASSWORD_STEP, Outcome.SUCCESSFUL, "There is a password"));
        } catch (KeyringException e) {
            results.add(result(PASSWORD_STEP, Outcome.FAILED, e.getMessage()));
            return results;
        }
        try {
            Keyring read = settings.read();
            results.add(result(
                    KEY_STORE_STEP,
                    Outcome.SUCCESSFUL,
                    "The keys are " + ids(read) + "; '" + read.activeId() + "' seals new data"));
            Optional<String> rights = settings.store().rightsOfOthers();
            results.add(result(
                    RIGHTS_STEP,
                    rights.isEmpty() ? Outcome.SUCCESSFUL : Outcome.FAILED,
                    rights.map(those -> othersMay(settings.store().path(), those))
                            .orElse("Nobody but the owner of "
                                    + settings.store().path() + " has a right to it")));
        } catch (KeyringException e) {
            results.add(result(KEY_STORE_STEP, Outcome.FAILED, e.getMessage()));
        }
        return results;
    }

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return PROPERTY_DESCRIPTORS;
    }

    /** Opens the key store: a wrong password shows here, before anything is written. */
    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        try {
            KeyStoreSettings settings = settings(context);
            // Quick, and what may be wrong with a password's file need not show in its version.
            Arrays.fill(settings.password().read(), '\0');
            Optional<Opened> wanted = Optional.of(new Opened(settings, settings.versions()));
            if (!wanted.equals(lastOpened)) {
                settings.read();
                lastOpened = wanted;
            }
            return List.of();
        } catch (KeyringException e) {
            return List.of(new ValidationResult.Builder()
                    .subject(KEY_STORE.getName())
                    .valid(false)
                    .explanation(e.getMessage())
                    .build());
        }
    }

    private static KeyStoreSettings settings(PropertyContext context) throws KeyringException {
        Path file = path(context, KEY_STORE);
        KeyStoreType type =
                KeyStoreType.valueOf(context.getProperty(KEY_STORE_TYPE).getValue());
        String activeId = evaluated(context, ACTIVE_KEY_ID);
        return new KeyStoreSettings(
                KeyStoreFile.at(file, type),
                password(context),
                activeId.isBlank() ? Optional.empty() : Optional.of(activeId));
    }

    private static PasswordSource password(PropertyContext context) throws KeyringException {
        return switch (context.getProperty(PASSWORD_STRATEGY).asAllowableValue(PasswordStrategy.class)) {
            case PROPERTY ->
                PasswordSource.given(context.getProperty(KEY_STORE_PASSWORD).getValue());
            case ENVIRONMENT_VARIABLE ->
                PasswordSource.environmentVariable(
                        context.getProperty(PASSWORD_ENVIRONMENT_VARIABLE).getValue());
            case FILE -> PasswordSource.ownerOnlyFile(path(context, PASSWORD_FILE));
        };
    }

    private static Path path(PropertyContext context, PropertyDescriptor property) throws KeyringException {
        String text = evaluated(context, property);
        if (text.isBlank()) {
            throw new KeyringException(
                    "The property " + property.getName() + " is empty: its expression yields nothing");
        }
        try {
            return Path.of(text).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new KeyringException("'" + text + "' is not a path: " + e.getReason(), e);
        }
    }

    /** The property's value; empty when it is not set. */
    private static String evaluated(PropertyContext context, PropertyDescriptor property) {
        String value =
                context.getProperty(property).evaluateAttributeExpressions().getValue();
        return value == null ? "" : value;
    }

    private static String othersMay(Path file, String rights) {
        return "The key store " + file + " can be used by others than its owner (" + rights
                + "): its password alone protects the keys from them. Make NiFi's user its owner and chmod 600 it";
    }

    private static TreeSet<String> ids(Keyring keyring) {
        return new TreeSet<>(keyring.ids());
    }

    private static ConfigVerificationResult result(String step, Outcome outcome, String explanation) {
        return new ConfigVerificationResult.Builder()
                .verificationStepName(step)
                .outcome(outcome)
                .explanation(explanation)
                .build();
    }

    /** Tells operators what became of the keyring. */
    private final class Reports implements WatchedKeyring.Listener {
        @Override
        public void changed(Keyring now) {
            getLogger()
                    .info("The key store has changed: the keys are {}; '{}' seals new data", ids(now), now.activeId());
        }

        @Override
        public void kept(Keyring now, KeyringException why) {
            getLogger()
                    .warn(
                            "The key store has changed and cannot be used as it is; the keys stay {}, and '{}' seals new"
                                    + " data. {}",
                            ids(now),
                            now.activeId(),
                            why.getMessage(),
                            why);
        }
    }
}
