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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.crypto.keyring.Keyring;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockValidationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyStoreKeyringTest {
    private static final String PASSWORD = "correct horse";
    private static final byte[] SALT = new byte[Keyring.SALT_BYTES];

    @TempDir
    private Path folder;

    private Path file;
    private KeyStoreFile store;
    private final Map<PropertyDescriptor, String> properties = new HashMap<>();
    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final KeyStoreKeyring service = new KeyStoreKeyring();

    @BeforeEach
    void setUp() throws Exception {
        file = folder.resolve("keyring.p12");
        store = KeyStoreFile.at(file, KeyStoreType.PKCS12);
        store.create(PASSWORD.toCharArray(), "key-1", new SecureRandom());
        runner.addControllerService("keyring", service);
        set(KeyStoreKeyring.KEY_STORE, file.toString());
        set(KeyStoreKeyring.KEY_STORE_PASSWORD, PASSWORD);
        set(KeyStoreKeyring.ACTIVE_KEY_ID, "key-1");
    }

    @Test
    void offersTheKeysOfTheStoreWhileItIsEnabled() {
        runner.assertValid(service);
        assertThatThrownBy(service::getKeyring)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not enabled");
        runner.enableControllerService(service);
        assertThat(service.getKeyring().activeId()).isEqualTo("key-1");
        runner.disableControllerService(service);
        assertThatThrownBy(service::getKeyring).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource
    void readsBothTypes(KeyStoreType type) throws Exception {
        Path other = folder.resolve("other");
        KeyStoreFile.at(other, type).create(PASSWORD.toCharArray(), "key-9", new SecureRandom());
        set(KeyStoreKeyring.KEY_STORE, other.toString());
        set(KeyStoreKeyring.KEY_STORE_TYPE, type.name());
        set(KeyStoreKeyring.ACTIVE_KEY_ID, "key-9");
        runner.assertValid(service);
        runner.enableControllerService(service);
        assertThat(service.getKeyring().ids()).containsExactly("key-9");
    }

    @Test
    void rotatesAndKeepsTheOldKey() throws Exception {
        runner.enableControllerService(service);
        Keyring before = service.getKeyring();
        store.add(PASSWORD.toCharArray(), "key-2", new SecureRandom());
        assertThat(service.getKeyring()).isSameAs(before);

        runner.disableControllerService(service);
        set(KeyStoreKeyring.ACTIVE_KEY_ID, "key-2");
        runner.assertValid(service);
        runner.enableControllerService(service);

        Keyring after = service.getKeyring();
        assertThat(after.activeId()).isEqualTo("key-2");
        assertThat(after.derive("key-1", SALT, "p")).isEqualTo(before.derive("key-1", SALT, "p"));
    }

    @Test
    void isInvalidWithAWrongPassword() {
        set(KeyStoreKeyring.KEY_STORE_PASSWORD, "wrong");
        assertThat(problem()).contains("password").contains("wrong").contains(file.toString());
        assertThatThrownBy(() -> runner.enableControllerService(service)).hasMessageContaining("password");
    }

    @Test
    void isInvalidWithoutTheActiveKey() {
        set(KeyStoreKeyring.ACTIVE_KEY_ID, "key-7");
        assertThat(problem()).contains("'key-7'").contains("[key-1]");
    }

    @Test
    void becomesValidWhenTheStoreIsPutRight() throws Exception {
        set(KeyStoreKeyring.ACTIVE_KEY_ID, "key-2");
        assertThat(problem()).contains("'key-2'");
        assertThat(problem()).contains("'key-2'");
        store.add(PASSWORD.toCharArray(), "key-2", new SecureRandom());
        runner.assertValid(service);
    }

    @Test
    void becomesInvalidWhenTheStoreIsTakenAway() throws Exception {
        runner.assertValid(service);
        Files.delete(file);
        assertThat(problem()).contains(file.toString());
    }

    @Test
    void isInvalidWithAnotherType() {
        set(KeyStoreKeyring.KEY_STORE_TYPE, KeyStoreType.BCFKS.name());
        assertThat(problem()).contains("of another type");
    }

    @Test
    void isInvalidWhenAnExpressionYieldsNothing() {
        set(KeyStoreKeyring.KEY_STORE, "${NIFI_REPLAY_NOT_SET}");
        assertThat(problem()).contains("Key Store is empty");
    }

    @Test
    void keepsThePasswordOutOfSight() {
        assertThat(KeyStoreKeyring.KEY_STORE_PASSWORD.isSensitive()).isTrue();
        assertThat(KeyStoreKeyring.KEY_STORE_PASSWORD.isExpressionLanguageSupported())
                .isFalse();
    }

    @Test
    void verifiesThatTheStoreOpensAndHasTheKey() {
        assertThat(verify()).extracting(ConfigVerificationResult::getOutcome).containsOnly(Outcome.SUCCESSFUL);
        assertThat(verify())
                .extracting(ConfigVerificationResult::getVerificationStepName)
                .containsExactly(KeyStoreKeyring.KEY_STORE_STEP, KeyStoreKeyring.ACTIVE_KEY_STEP);

        set(KeyStoreKeyring.ACTIVE_KEY_ID, "key-7");
        assertThat(verify())
                .extracting(ConfigVerificationResult::getOutcome)
                .containsExactly(Outcome.SUCCESSFUL, Outcome.FAILED);
        assertThat(verify().getLast().getExplanation()).contains("'key-7'");

        set(KeyStoreKeyring.KEY_STORE_PASSWORD, "wrong");
        assertThat(verify()).singleElement().satisfies(result -> {
            assertThat(result.getOutcome()).isEqualTo(Outcome.FAILED);
            assertThat(result.getExplanation()).contains("password").doesNotContain(PASSWORD);
        });
    }

    @Test
    void isFoundByNiFiAndExplainsItself() throws IOException {
        assertThat(ServiceLoader.load(ControllerService.class).stream().map(ServiceLoader.Provider::type))
                .contains(KeyStoreKeyring.class);
        assertThat(KeyStoreKeyring.class.getAnnotation(Tags.class)).isNotNull();
        assertThat(KeyStoreKeyring.class.getAnnotation(CapabilityDescription.class))
                .isNotNull();
        assertThat(service.getPropertyDescriptors()).allSatisfy((PropertyDescriptor property) -> {
            assertThat(property.getName()).isEqualTo(property.getDisplayName());
            assertThat(property.getDescription()).isNotBlank();
        });
        String page = "docs/" + KeyStoreKeyring.class.getName() + "/additionalDetails.md";
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(page)) {
            assertThat(in).as(page).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("## Example");
        }
    }

    private void set(PropertyDescriptor property, String value) {
        properties.put(property, value);
        runner.setProperty(service, property, value);
    }

    private String problem() {
        runner.assertNotValid(service);
        MockProcessContext context = new MockProcessContext(service);
        properties.forEach(context::setProperty);
        return service.customValidate(new MockValidationContext(context)).stream()
                .map(ValidationResult::getExplanation)
                .findAny()
                .orElseThrow();
    }

    private List<ConfigVerificationResult> verify() {
        KeyStoreKeyring verified = new KeyStoreKeyring();
        Map<PropertyDescriptor, String> configured = new HashMap<>(properties);
        configured.putIfAbsent(KeyStoreKeyring.KEY_STORE_TYPE, KeyStoreType.PKCS12.name());
        return verified.verify(
                new MockConfigurationContext(verified, configured, null, Map.of()), runner.getLogger(), Map.of());
    }
}
