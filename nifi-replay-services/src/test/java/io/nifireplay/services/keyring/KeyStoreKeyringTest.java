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
import io.nifireplay.crypto.keyring.KeyringException;
import io.nifireplay.services.testing.KeyStores;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyStoreKeyringTest {
    @TempDir
    private Path folder;

    private Path file;
    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final KeyStoreKeyring service = new KeyStoreKeyring();

    @BeforeEach
    void setUp() throws Exception {
        file = KeyStores.create(folder.resolve("keys.p12"), "2026-01", "2026-02");
        runner.addControllerService("keyring", service);
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE, file.toString());
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE_PASSWORD, KeyStores.PASSWORD);
    }

    @ParameterizedTest
    @EnumSource
    void givesTheKeysWhileItIsEnabled(KeyStoreType type) throws Exception {
        Path store = KeyStores.create(folder.resolve("of-type"), type, "2026-01", "2026-02");
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE, store.toString());
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE_TYPE, type.name());
        runner.assertValid(service);
        runner.enableControllerService(service);

        assertThat(service.getKeyring().ids()).containsExactlyInAnyOrder("2026-01", "2026-02");
        assertThat(service.getKeyring().activeId()).as("the last id").isEqualTo("2026-02");

        runner.disableControllerService(service);
        assertThatThrownBy(service::getKeyring)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not enabled");
    }

    @Test
    void sealsWithTheKeyThatIsNamed() {
        runner.setProperty(service, KeyStoreKeyring.ACTIVE_KEY_ID, "2026-01");
        runner.enableControllerService(service);

        assertThat(service.getKeyring().activeId()).isEqualTo("2026-01");
    }

    @Test
    void usesAKeyThatIsAddedWhileItIsEnabled() throws KeyringException {
        runner.enableControllerService(service);

        KeyStores.add(file, "2026-03");

        Awaitility.await()
                .untilAsserted(() -> assertThat(service.getKeyring().activeId()).isEqualTo("2026-03"));
    }

    @Test
    void takesThePasswordFromAFileThatOnlyItsOwnerMayRead() throws IOException {
        Path password = folder.resolve("password");
        Files.writeString(password, KeyStores.PASSWORD + "\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        runner.setProperty(service, KeyStoreKeyring.PASSWORD_STRATEGY, PasswordStrategy.FILE);
        runner.setProperty(service, KeyStoreKeyring.PASSWORD_FILE, password.toString());
        runner.removeProperty(service, KeyStoreKeyring.KEY_STORE_PASSWORD);
        runner.assertValid(service);
        runner.enableControllerService(service);
        assertThat(service.getKeyring().ids()).hasSize(2);
        runner.disableControllerService(service);

        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r-----"));
        runner.assertNotValid(service);
        assertThat(problem(Map.of(
                        KeyStoreKeyring.PASSWORD_STRATEGY,
                        PasswordStrategy.FILE.getValue(),
                        KeyStoreKeyring.PASSWORD_FILE,
                        password.toString())))
                .contains(password.toString(), "rw-r-----", "chmod 600");
    }

    @Test
    void takesThePasswordFromTheEnvironment() throws IOException {
        // The one variable that every environment has, and its value as a password.
        Map.Entry<String, String> variable = System.getenv().entrySet().stream()
                .filter(entry -> entry.getValue().matches("[!-~]{4,}"))
                .findFirst()
                .orElseThrow();
        Path store = folder.resolve("of-environment.p12");
        KeyStoreFile.at(store, KeyStoreType.PKCS12).create(variable.getValue().toCharArray(), "k1", new SecureRandom());
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE, store.toString());
        runner.setProperty(service, KeyStoreKeyring.PASSWORD_STRATEGY, PasswordStrategy.ENVIRONMENT_VARIABLE);
        runner.setProperty(service, KeyStoreKeyring.PASSWORD_ENVIRONMENT_VARIABLE, variable.getKey());
        runner.assertValid(service);
        runner.enableControllerService(service);

        assertThat(service.getKeyring().activeId()).isEqualTo("k1");
    }

    @Test
    void namesTheVariableThatIsNotSet() {
        assertThat(problem(Map.of(
                        KeyStoreKeyring.PASSWORD_STRATEGY,
                        PasswordStrategy.ENVIRONMENT_VARIABLE.getValue(),
                        KeyStoreKeyring.PASSWORD_ENVIRONMENT_VARIABLE,
                        "NO_SUCH_VARIABLE_OF_A_TEST")))
                .contains("NO_SUCH_VARIABLE_OF_A_TEST", "not set");
    }

    @Test
    void isInvalidWithAWrongPassword() {
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE_PASSWORD, "wrong");
        runner.assertNotValid(service);
        assertThat(problem(Map.of(KeyStoreKeyring.KEY_STORE_PASSWORD, "wrong")))
                .contains("password", "is wrong", file.toString());
    }

    @Test
    void isInvalidWithoutItsFile() {
        Path other = folder.resolve("other.p12");
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE, other.toString());
        runner.assertNotValid(service);
        assertThat(problem(Map.of(KeyStoreKeyring.KEY_STORE, other.toString())))
                .contains("There is no key store " + other, "bin/keyring");
    }

    @Test
    void isInvalidWithoutTheActiveKey() {
        runner.setProperty(service, KeyStoreKeyring.ACTIVE_KEY_ID, "2027-01");
        runner.assertNotValid(service);
        assertThat(problem(Map.of(KeyStoreKeyring.ACTIVE_KEY_ID, "2027-01"))).contains("2027-01", "[2026-01, 2026-02]");
    }

    @Test
    void seesThatAFileIsPutRightOrTakenAway() throws IOException {
        runner.setProperty(service, KeyStoreKeyring.ACTIVE_KEY_ID, "2026-03");
        runner.assertNotValid(service);
        KeyStores.add(file, "2026-03");
        runner.assertValid(service);
        runner.assertValid(service);
        Files.delete(file);
        runner.assertNotValid(service);
    }

    @Test
    void isInvalidWhenAnExpressionYieldsNothing() {
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE, "${NIFI_REPLAY_NOT_SET}");
        runner.assertNotValid(service);
        assertThat(problem(Map.of(KeyStoreKeyring.KEY_STORE, "${NIFI_REPLAY_NOT_SET}")))
                .contains("Key Store is empty");
    }

    @Test
    void isInvalidWithAFileOfTheOtherType() {
        runner.setProperty(service, KeyStoreKeyring.KEY_STORE_TYPE, KeyStoreType.BCFKS.name());
        runner.assertNotValid(service);
    }

    @Test
    void doesNotAskForPasswordsThatItsStrategyDoesNotUse() {
        runner.setProperty(service, KeyStoreKeyring.PASSWORD_STRATEGY, PasswordStrategy.FILE);
        runner.removeProperty(service, KeyStoreKeyring.KEY_STORE_PASSWORD);
        runner.assertNotValid(service);
        assertThat(KeyStoreKeyring.KEY_STORE_PASSWORD.isSensitive()).isTrue();
        assertThat(List.of(
                        KeyStoreKeyring.KEY_STORE_PASSWORD,
                        KeyStoreKeyring.PASSWORD_ENVIRONMENT_VARIABLE,
                        KeyStoreKeyring.PASSWORD_FILE))
                .allSatisfy(property -> assertThat(property.getDependencies()).hasSize(1));
    }

    @Test
    void verifiesThatTheKeyStoreOpens() {
        List<ConfigVerificationResult> results = verify(Map.of());

        assertThat(results).extracting(ConfigVerificationResult::getOutcome).containsOnly(Outcome.SUCCESSFUL);
        assertThat(results).hasSize(3);
        assertThat(results.get(1).getExplanation()).contains("2026-01", "'2026-02' seals");
    }

    @Test
    void warnsWhenOthersMayReadTheKeyStore() throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        ConfigVerificationResult result = verify(Map.of()).getLast();
        assertThat(result.getVerificationStepName()).isEqualTo(KeyStoreKeyring.RIGHTS_STEP);
        assertThat(result.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.getExplanation()).contains(file.toString(), "rw-r--r--", "chmod 600");

        runner.assertValid(service);
        runner.enableControllerService(service);
        assertThat(service.getKeyring().ids()).hasSize(2);
    }

    @Test
    void saysWhatIsWrongWhenVerified() {
        ConfigVerificationResult result =
                verify(Map.of(KeyStoreKeyring.KEY_STORE_PASSWORD, "wrong")).getLast();

        assertThat(result.getVerificationStepName()).isEqualTo(KeyStoreKeyring.KEY_STORE_STEP);
        assertThat(result.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.getExplanation()).contains("password", "wrong");
    }

    @Test
    void isFoundByNiFiAndExplainsItself() throws IOException {
        assertThat(ServiceLoader.load(ControllerService.class).stream().map(ServiceLoader.Provider::type))
                .contains(KeyStoreKeyring.class);
        assertThat(KeyStoreKeyring.class.getAnnotation(Tags.class)).isNotNull();
        assertThat(KeyStoreKeyring.class.getAnnotation(CapabilityDescription.class))
                .isNotNull();
        assertThat(service.getPropertyDescriptors())
                .allSatisfy((PropertyDescriptor property) ->
                        assertThat(property.getDescription()).isNotBlank());
        String page = "docs/" + KeyStoreKeyring.class.getName() + "/additionalDetails.md";
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(page)) {
            assertThat(in).as(page).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("## Example", "keytool");
        }
    }

    /** What validation says with the usual properties and these. */
    private String problem(Map<PropertyDescriptor, String> others) {
        KeyStoreKeyring validated = new KeyStoreKeyring();
        MockProcessContext context = new MockProcessContext(validated);
        properties(others).forEach(context::setProperty);
        return validated.customValidate(new MockValidationContext(context)).stream()
                .map(ValidationResult::getExplanation)
                .findFirst()
                .orElse("");
    }

    private List<ConfigVerificationResult> verify(Map<PropertyDescriptor, String> others) {
        KeyStoreKeyring verified = new KeyStoreKeyring();
        return verified.verify(
                new MockConfigurationContext(verified, properties(others), null, Map.of()),
                runner.getLogger(),
                Map.of());
    }

    private Map<PropertyDescriptor, String> properties(Map<PropertyDescriptor, String> others) {
        Map<PropertyDescriptor, String> properties = new HashMap<>();
        properties.put(KeyStoreKeyring.KEY_STORE, file.toString());
        properties.put(KeyStoreKeyring.KEY_STORE_PASSWORD, KeyStores.PASSWORD);
        properties.putAll(others);
        return properties;
    }
}
