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

import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.services.audit.SigningKeySettings.Password;
import io.nifireplay.services.settings.InvalidSettingException;
import java.util.List;
import java.util.Optional;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.processor.util.StandardValidators;

/** The properties that say which key signs a trail. */
final class SigningKeyProperties {
    static final PropertyDescriptor STRATEGY = new PropertyDescriptor.Builder()
            .name("Signing Key Strategy")
            .description("Where the Ed25519 key is kept that signs the trail's checkpoints")
            .required(true)
            .allowableValues(SigningKeyStrategy.class)
            .defaultValue(SigningKeyStrategy.KEY_STORE)
            .build();

    static final PropertyDescriptor KEY_STORE = new PropertyDescriptor.Builder()
            .name("Key Store")
            .description(
                    "The key store with the signing key. NiFi needs to read it only. Who has it and its password can write a"
                            + " trail that fits: it belongs to NiFi's user alone.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(STRATEGY, SigningKeyStrategy.KEY_STORE)
            .build();

    static final PropertyDescriptor KEY_STORE_TYPE = new PropertyDescriptor.Builder()
            .name("Key Store Type")
            .description(
                    "PKCS12, which the JDK's keytool makes, or BCFKS, the key store of Bouncy Castle's FIPS provider")
            .required(true)
            .allowableValues(KeyStoreType.values())
            .defaultValue(KeyStoreType.PKCS12.name())
            .dependsOn(STRATEGY, SigningKeyStrategy.KEY_STORE)
            .build();

    static final PropertyDescriptor KEY_STORE_PASSWORD = new PropertyDescriptor.Builder()
            .name("Key Store Password")
            .description("The password of the key store")
            .required(true)
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(STRATEGY, SigningKeyStrategy.KEY_STORE)
            .build();

    static final PropertyDescriptor KEY_ALIAS = new PropertyDescriptor.Builder()
            .name("Key Alias")
            .description("The alias of the signing key in the key store")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(STRATEGY, SigningKeyStrategy.KEY_STORE)
            .build();

    static final PropertyDescriptor KEY_PASSWORD = new PropertyDescriptor.Builder()
            .name("Key Password")
            .description(
                    "The password of the key itself, and of the previous one. When not set, it is that of the key store.")
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(STRATEGY, SigningKeyStrategy.KEY_STORE)
            .build();

    static final PropertyDescriptor PREVIOUS_KEY_ALIAS = new PropertyDescriptor.Builder()
            .name("Previous Key Alias")
            .description(
                    "The alias, in the same key store, of the key that signed until now, when Key Alias names a new one: at"
                            + " the next enabling the new key takes over, by an entry under the old one and a checkpoint that"
                            + " both sign. Not needed afterwards.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(STRATEGY, SigningKeyStrategy.KEY_STORE)
            .build();

    static final PropertyDescriptor PEM_FILE = new PropertyDescriptor.Builder()
            .name("Signing Key File")
            .description(
                    "The PEM file with the signing key. NiFi needs to read it only. Who can read it can write a trail that"
                            + " fits: it belongs to NiFi's user alone.")
            .required(true)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(STRATEGY, SigningKeyStrategy.PEM_FILE)
            .build();

    static final PropertyDescriptor PEM_PASSWORD = new PropertyDescriptor.Builder()
            .name("Signing Key File Password")
            .description("The password of the key in the file. Not set when it is not encrypted.")
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(STRATEGY, SigningKeyStrategy.PEM_FILE)
            .build();

    static final PropertyDescriptor PREVIOUS_PEM_FILE = new PropertyDescriptor.Builder()
            .name("Previous Signing Key File")
            .description(
                    "The PEM file with the key that signed until now, when Signing Key File has a new one: at the next"
                            + " enabling the new key takes over, by an entry under the old one and a checkpoint that both"
                            + " sign. Not needed afterwards.")
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .dependsOn(STRATEGY, SigningKeyStrategy.PEM_FILE)
            .build();

    static final PropertyDescriptor PREVIOUS_PEM_PASSWORD = new PropertyDescriptor.Builder()
            .name("Previous Signing Key File Password")
            .description("The password of the key in that file. Not set when it is not encrypted.")
            .sensitive(true)
            .addValidator(StandardValidators.NON_EMPTY_VALIDATOR)
            .dependsOn(PREVIOUS_PEM_FILE)
            .build();

    static final List<PropertyDescriptor> PROPERTY_DESCRIPTORS = List.of(
            STRATEGY,
            KEY_STORE,
            KEY_STORE_TYPE,
            KEY_STORE_PASSWORD,
            KEY_ALIAS,
            KEY_PASSWORD,
            PREVIOUS_KEY_ALIAS,
            PEM_FILE,
            PEM_PASSWORD,
            PREVIOUS_PEM_FILE,
            PREVIOUS_PEM_PASSWORD);

    private SigningKeyProperties() {}

    static SigningKeySettings read(PropertyContext context) throws InvalidSettingException {
        return switch (context.getProperty(STRATEGY).asAllowableValue(SigningKeyStrategy.class)) {
            case KEY_STORE ->
                new SigningKeySettings.InKeyStore(
                        Settings.requiredPath(context, KEY_STORE),
                        KeyStoreType.valueOf(context.getProperty(KEY_STORE_TYPE).getValue()),
                        password(context, KEY_STORE_PASSWORD).orElseThrow(),
                        Settings.requiredText(context, KEY_ALIAS),
                        password(context, KEY_PASSWORD),
                        Settings.text(context, PREVIOUS_KEY_ALIAS));
            case PEM_FILE ->
                new SigningKeySettings.InPemFiles(
                        Settings.requiredPath(context, PEM_FILE),
                        password(context, PEM_PASSWORD),
                        Settings.path(context, PREVIOUS_PEM_FILE),
                        password(context, PREVIOUS_PEM_PASSWORD));
        };
    }

    /** The property that a person looks at first when a key cannot be read. */
    static PropertyDescriptor subject(PropertyContext context) {
        return switch (context.getProperty(STRATEGY).asAllowableValue(SigningKeyStrategy.class)) {
            case KEY_STORE -> KEY_STORE;
            case PEM_FILE -> PEM_FILE;
        };
    }

    private static Optional<Password> password(PropertyContext context, PropertyDescriptor property) {
        return Optional.ofNullable(context.getProperty(property).getValue()).map(Password::new);
    }
}
