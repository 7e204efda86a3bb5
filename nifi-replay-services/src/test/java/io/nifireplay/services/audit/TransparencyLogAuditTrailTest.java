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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.PersonalId;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.TransparencyLog;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.note.VerifierKey;
import io.nifireplay.audit.personal.SubjectKeys;
import io.nifireplay.audit.verify.HeldFiles;
import io.nifireplay.audit.verify.LogVerifier;
import io.nifireplay.audit.verify.VerificationReport;
import io.nifireplay.audit.verify.VerificationRequest;
import io.nifireplay.crypto.keyring.KeyStoreFile;
import io.nifireplay.crypto.keyring.KeyStoreType;
import io.nifireplay.services.keyring.KeyStoreKeyring;
import io.nifireplay.services.testing.KeyStores;
import io.nifireplay.services.testing.SigningKeyFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.MockControllerServiceInitializationContext;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockValidationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransparencyLogAuditTrailTest {
    private static final String NAME = "example.com/audit/node-1";

    @TempDir
    private Path folder;

    private Path directory;
    private Path pem;
    private final Map<PropertyDescriptor, String> properties = new HashMap<>();
    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final TransparencyLogAuditTrail service = new TransparencyLogAuditTrail();

    @BeforeEach
    void setUp() throws Exception {
        directory = folder.resolve("audit_trail");
        pem = SigningKeyFiles.pem(folder.resolve("key.pem"));
        properties.put(TransparencyLogAuditTrail.DIRECTORY, directory.toString());
        properties.put(TransparencyLogAuditTrail.LOG_NAME, NAME);
        properties.put(SigningKeyProperties.STRATEGY, SigningKeyStrategy.PEM_FILE.getValue());
        properties.put(SigningKeyProperties.PEM_FILE, pem.toString());
        properties.put(TransparencyLogAuditTrail.PERSONAL_IDS, PersonalIdsStrategy.PLAIN.getValue());
        add("trail", service);
    }

    @AfterEach
    void disable() {
        if (runner.isControllerServiceEnabled(service)) {
            runner.disableControllerService(service);
        }
    }

    @Test
    void keepsATrailThatOutsidersVerifyWithTheKeyThatVerifyShows() throws Exception {
        String explanation = step(TransparencyLogAuditTrail.KEY_STEP).getExplanation();
        VerifierKey key = VerifierKey.parse(explanation.substring(explanation.lastIndexOf(' ') + 1));
        runner.assertValid(service);
        runner.enableControllerService(service);

        append("first", "second");
        runner.disableControllerService(service);

        VerificationReport report = verify(key);
        assertThat(report.problems()).isEmpty();
        assertThat(report.origin()).contains(NAME);
        assertThat(report.entries())
                .as("a checkpoint is made when the service stops")
                .isEqualTo(2);
        runner.enableControllerService(service);
        assertThat(append("third")).as("the index goes on").isEqualTo(2);
    }

    @Test
    void showsWhatItsLastCheckpointIsInItsState() {
        runner.enableControllerService(service);
        append("first");
        service.getAuditTrail().checkpoint();

        Awaitility.await()
                .untilAsserted(() -> assertThat(state())
                        .containsEntry(CheckpointInState.TRAIL, NAME)
                        .containsEntry(CheckpointInState.ENTRIES, "1")
                        .containsKey(CheckpointInState.ROOT));
        assertThat(state().get(CheckpointInState.VERIFIER_KEY)).startsWith(NAME + "+");
        assertThat(state().get(CheckpointInState.CHECKPOINT)).startsWith(NAME + "\n1\n");
    }

    @Test
    void saysThatItIsNotEnabled() {
        assertThatThrownBy(service::getAuditTrail)
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("not enabled");
        assertThatThrownBy(service::getPersonalIds)
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("not enabled");
        assertThatThrownBy(service::isRequired)
                .isInstanceOf(AuditException.class)
                .hasMessageContaining("not enabled");
    }

    @Test
    void aWrongPasswordOrAliasIsInvalidWithWords() throws Exception {
        useKeyStore("2026");
        runner.assertValid(service);

        set(SigningKeyProperties.KEY_STORE_PASSWORD, "another one");
        assertThat(complaints())
                .singleElement()
                .asString()
                .contains(SigningKeyProperties.KEY_STORE.getName())
                .contains("its password is another one");
        set(SigningKeyProperties.KEY_STORE_PASSWORD, SigningKeyFiles.PASSWORD);
        set(SigningKeyProperties.KEY_ALIAS, "2027");
        assertThat(complaints())
                .singleElement()
                .asString()
                .contains("has no private key '2027'; it has the entries [2026]");
    }

    @Test
    void aKeyFileThatIsReplacedIsLookedAtAgain() throws Exception {
        runner.assertValid(service);
        Files.writeString(pem, "no key any more");
        assertThat(complaints()).singleElement().asString().contains("does not begin with a private key");

        SigningKeyFiles.pem(pem);
        runner.assertValid(service);
    }

    @Test
    void aNewKeyOfTheKeyStoreTakesOverWhenThePreviousOneIsNamed() throws Exception {
        useKeyStore("2026", "2027");
        runner.enableControllerService(service);
        append("under the old key");
        String oldKey = verifierKey();
        runner.disableControllerService(service);

        set(SigningKeyProperties.KEY_ALIAS, "2027");
        assertThat(complaints())
                .singleElement()
                .asString()
                .contains("is signed by another key")
                .contains("give the one before it as well");
        set(SigningKeyProperties.PREVIOUS_KEY_ALIAS, "2026");
        runner.assertValid(service);
        assertThat(step(TransparencyLogAuditTrail.TRAIL_STEP).getExplanation())
                .contains("Enabling lets the new key take over");
        assertThat(verify(VerifierKey.parse(oldKey)).entries())
                .as("Verify does not rotate")
                .isEqualTo(1);
        runner.enableControllerService(service);
        append("under the new key");
        String newKey = verifierKey();
        runner.disableControllerService(service);

        assertThat(newKey).isNotEqualTo(oldKey);
        VerificationReport report = verify(VerifierKey.parse(newKey));
        assertThat(report.problems()).isEmpty();
        assertThat(report.entries()).as("two are about the keys").isEqualTo(4);
        assertThat(verify(VerifierKey.parse(oldKey)).problems())
                .as("the old key leads to the new one")
                .isEmpty();
        unset(SigningKeyProperties.PREVIOUS_KEY_ALIAS);
        runner.assertValid(service);
    }

    @Test
    void aNewKeyFileTakesOverWhenThePreviousOneIsNamed() throws Exception {
        runner.enableControllerService(service);
        append("under the old key");
        runner.disableControllerService(service);

        Path next = SigningKeyFiles.pem(folder.resolve("next.pem"));
        set(SigningKeyProperties.PEM_FILE, next.toString());
        runner.assertNotValid(service);
        set(SigningKeyProperties.PREVIOUS_PEM_FILE, pem.toString());
        runner.assertValid(service);
        runner.enableControllerService(service);
        String newKey = verifierKey();
        runner.disableControllerService(service);

        assertThat(verify(VerifierKey.parse(newKey)).problems()).isEmpty();
    }

    @Test
    void aTrailOfAnotherNameIsInvalid() {
        runner.enableControllerService(service);
        runner.disableControllerService(service);

        set(TransparencyLogAuditTrail.LOG_NAME, "example.com/audit/node-2");
        assertThat(complaints()).singleElement().asString().contains("an origin is for ever");
        set(TransparencyLogAuditTrail.LOG_NAME, "node 1");
        assertThat(complaints()).singleElement().asString().contains("'node 1' cannot name a trail");
    }

    @Test
    void aTrailThatWasPutBackFromAnOlderCopyIsNotOpened() throws IOException {
        runner.enableControllerService(service);
        append("first");
        runner.disableControllerService(service);
        Path copy = folder.resolve("copy");
        copyAll(directory, copy);
        runner.enableControllerService(service);
        append("second");
        runner.disableControllerService(service);

        deleteAll(directory);
        copyAll(copy, directory);

        assertThatThrownBy(() -> runner.enableControllerService(service))
                .hasMessageContaining("has lost entries: it has 1")
                .hasMessageContaining("the state that NiFi keeps for this service knows of 2");
        assertThat(step(TransparencyLogAuditTrail.TRAIL_STEP).getOutcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aTrailThatAnotherHoldsIsNotOpened() throws Exception {
        SigningKey key = new SigningKeySettings.InPemFiles(pem, Optional.empty(), Optional.empty(), Optional.empty())
                .read(NAME)
                .current();
        try (TransparencyLog log = TransparencyLog.open(LogOptions.defaults(directory, key))) {
            assertThat(log.status().acknowledged().size()).isZero();
            assertThatThrownBy(() -> runner.enableControllerService(service))
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("is open in this process already");
            assertThat(step(TransparencyLogAuditTrail.TRAIL_STEP).getExplanation())
                    .contains("is open in this process already");
        }
    }

    @Test
    void sharesTheTrailOfOneDirectoryAmongServices() throws Exception {
        TransparencyLogAuditTrail second = new TransparencyLogAuditTrail();
        add("second", second);
        runner.setProperty(second, TransparencyLogAuditTrail.DIRECTORY, folder + "/other/../audit_trail");
        Files.createDirectory(folder.resolve("other"));
        runner.enableControllerService(service);
        runner.enableControllerService(second);

        assertThat(second.getAuditTrail()).isSameAs(service.getAuditTrail());

        runner.disableControllerService(service);
        assertThat(second.getAuditTrail().append(List.of(entry("still open"))).first())
                .isZero();
        runner.disableControllerService(second);
    }

    @Test
    void refusesOtherSettingsForATrailThatIsOpen() throws Exception {
        TransparencyLogAuditTrail second = new TransparencyLogAuditTrail();
        add("second", second);
        runner.setProperty(second, TransparencyLogAuditTrail.CHECKPOINT_INTERVAL, "5 sec");
        runner.enableControllerService(service);

        assertThatThrownBy(() -> runner.enableControllerService(second))
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("other settings");
    }

    @Test
    void namesTheDirectoryThatCannotBeMade() throws IOException {
        Files.writeString(directory, "a file");

        assertThatThrownBy(() -> runner.enableControllerService(service)).hasMessageContaining(directory.toString());
        ConfigVerificationResult result = step(TransparencyLogAuditTrail.DIRECTORY_STEP);
        assertThat(result.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.getExplanation()).contains(directory.toString()).contains("NiFi's user may write");
    }

    @Test
    void verifyMakesNoTrail() {
        assertThat(verifySteps())
                .extracting(ConfigVerificationResult::getOutcome)
                .containsOnly(Outcome.SUCCESSFUL);
        assertThat(step(TransparencyLogAuditTrail.TRAIL_STEP).getExplanation()).contains("enabling makes one");
        assertThat(directory.resolve("log")).doesNotExist();
    }

    @Test
    void verifyOpensATrailThatIsThere() {
        runner.enableControllerService(service);
        append("first");
        runner.disableControllerService(service);

        assertThat(step(TransparencyLogAuditTrail.TRAIL_STEP).getExplanation())
                .contains(NAME + " of 1 entries can be opened");
    }

    @Test
    void verifySaysWhenOthersMayUseTheKey() throws IOException {
        Files.setPosixFilePermissions(pem, PosixFilePermissions.fromString("rw-r-----"));

        ConfigVerificationResult result = step(TransparencyLogAuditTrail.RIGHTS_STEP);
        assertThat(result.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.getExplanation()).contains(pem.toString()).contains("rw-r-----");
    }

    @Test
    void handsEachCheckpointToAFolderOutside() throws Exception {
        Path outside = folder.resolve("outside");
        set(TransparencyLogAuditTrail.CHECKPOINT_FOLDER, outside.toString());
        runner.enableControllerService(service);
        append("first");
        String key = verifierKey();
        runner.disableControllerService(service);

        VerificationReport report =
                LogVerifier.verify(VerificationRequest.of(VerificationRequest.logOf(directory), VerifierKey.parse(key))
                        .withHeld(HeldFiles.read(List.of(outside), Optional.empty())));
        assertThat(report.problems()).isEmpty();
        assertThat(report.compared())
                .extracting(VerificationReport.Compared::size)
                .contains(1L);
        assertThat(report.unchecked()).isEmpty();
    }

    @Test
    void aFolderInTheTrailItselfIsInvalid() {
        set(
                TransparencyLogAuditTrail.CHECKPOINT_FOLDER,
                directory.resolve("held").toString());

        assertThat(complaints()).singleElement().asString().contains("proves nothing");
    }

    @Test
    void asksTheTimeStampAuthorityAndTellsWhenItGivesNone() throws Exception {
        AtomicReference<String> asked = new AtomicReference<>("");
        HttpServer authority = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        authority.createContext("/", exchange -> {
            asked.set(exchange.getRequestHeaders().getFirst("Content-Type"));
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        authority.start();
        try {
            Path outside = folder.resolve("outside");
            set(TransparencyLogAuditTrail.CHECKPOINT_FOLDER, outside.toString());
            set(
                    TransparencyLogAuditTrail.TIME_STAMP_AUTHORITY,
                    "http://127.0.0.1:" + authority.getAddress().getPort() + "/");
            runner.enableControllerService(service);
            append("first");

            Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    service.getAuditTrail().status().trouble())
                            .hasValueSatisfying(why -> assertThat(why).contains("answered with the status 503")));
            assertThat(asked.get()).isEqualTo("application/timestamp-query");
        } finally {
            authority.stop(0);
        }
    }

    @Test
    void anAddressThatIsNoUrlIsInvalid() {
        set(
                TransparencyLogAuditTrail.CHECKPOINT_FOLDER,
                folder.resolve("outside").toString());
        for (String url : List.of("tsa.example.com", "ftp://tsa.example.com", "http://a b")) {
            set(TransparencyLogAuditTrail.TIME_STAMP_AUTHORITY, url);
            assertThat(complaints()).as(url).singleElement().asString().contains("'" + url + "' is no URL");
        }
    }

    @Test
    void makesPseudonymsThatTheKeyringsOwnerCanTest() throws Exception {
        Path keys = KeyStores.create(folder.resolve("keys.p12"), "2026-01", "2026-02");
        usePseudonyms(keys, "2026-01");
        runner.enableControllerService(service);

        PersonalId id = service.getPersonalIds().protect("CN=Anna");

        byte[] key = KeyStoreFile.at(keys, KeyStoreType.PKCS12)
                .readNewest(KeyStores.PASSWORD.toCharArray())
                .derive("2026-01", new byte[32], "nifi-replay audit pseudonyms 1")
                .getEncoded();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        assertThat(id)
                .isEqualTo(new PersonalId.Pseudonym(
                        HexFormat.of().formatHex(mac.doFinal("CN=Anna".getBytes(StandardCharsets.UTF_8)))));
    }

    @Test
    void aKeyThatTheKeyringLacksIsInvalid() throws Exception {
        usePseudonyms(KeyStores.create(folder.resolve("keys.p12"), "2026-01", "2026-02"), "2026-03");

        assertThat(complaints()).singleElement().asString().contains("no key '2026-03'; it has [2026-01, 2026-02]");
    }

    @Test
    void wantsAKeyringUnlessItIsToldHowElseIdsStandInTheTrail() {
        unset(TransparencyLogAuditTrail.PERSONAL_IDS);

        assertThat(complaints()).anySatisfy(complaint -> assertThat(complaint).contains("Keyring"));
    }

    @Test
    void sealsIdsUnderKeysThatLieBesideTheLogAndOnlyTheirOwnerMayRead() throws Exception {
        set(TransparencyLogAuditTrail.PERSONAL_IDS, PersonalIdsStrategy.SEALED.getValue());
        runner.enableControllerService(service);
        PersonalId.Sealed sealed = (PersonalId.Sealed) service.getPersonalIds().protect("CN=Anna");
        runner.disableControllerService(service);

        Path file = directory.resolve(TransparencyLogAuditTrail.SUBJECT_KEYS);
        assertThat(Files.getPosixFilePermissions(file.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (SubjectKeys keys = SubjectKeys.open(file, new SecureRandom())) {
            assertThat(keys.open(sealed)).contains("CN=Anna");
        }
    }

    @Test
    void leavesIdsAsTheyAreWhereThatIsWanted() {
        runner.enableControllerService(service);

        assertThat(service.getPersonalIds().protect("CN=Anna")).isEqualTo(new PersonalId.Plain("CN=Anna"));
    }

    @Test
    void isRequiredUnlessItIsToldToLetPass() {
        runner.enableControllerService(service);
        assertThat(service.isRequired()).isTrue();
        runner.disableControllerService(service);

        set(TransparencyLogAuditTrail.UNWRITABLE_TRAIL, UnwritableTrail.LET_PASS.getValue());
        runner.enableControllerService(service);
        assertThat(service.isRequired()).isFalse();
    }

    @Test
    void isClosedWhenNiFiStopsWithoutTryingToWriteItsState() {
        runner.enableControllerService(service);
        append("first");
        // NiFi has closed its states by then.
        runner.getStateManager(service).setFailOnStateSet(Scope.LOCAL, true);

        service.onShutdown();

        assertThatThrownBy(service::getAuditTrail).isInstanceOf(AuditException.class);
        assertThat(directory.resolve("log/checkpoint")).content().startsWith(NAME + "\n1\n");
        assertThat(runner.getControllerServiceLogger("trail").getErrorMessages())
                .isEmpty();
    }

    @Test
    void onAClusterTheNameIsToDifferByNode() throws Exception {
        TransparencyLogAuditTrail onCluster = new TransparencyLogAuditTrail();
        onCluster.initialize(new MockControllerServiceInitializationContext(onCluster, "clustered") {
            @Override
            public boolean isConfiguredForClustering() {
                return true;
            }
        });
        MockProcessContext context = new MockProcessContext(onCluster);
        properties.forEach(context::setProperty);
        assertThat(onCluster.customValidate(new MockValidationContext(context)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.getExplanation()).contains("${hostname()}"));

        context.setProperty(TransparencyLogAuditTrail.LOG_NAME, "example.com/audit/${hostname()}");
        assertThat(onCluster.customValidate(new MockValidationContext(context))).isEmpty();
    }

    @Test
    void isFoundByNiFiAndExplainsItself() throws IOException {
        Class<?> type = TransparencyLogAuditTrail.class;
        assertThat(ServiceLoader.load(ControllerService.class).stream().map(ServiceLoader.Provider::type))
                .contains(TransparencyLogAuditTrail.class);
        assertThat(type.getAnnotation(Tags.class)).isNotNull();
        assertThat(type.getAnnotation(CapabilityDescription.class)).isNotNull();
        assertThat(service.getPropertyDescriptors()).allSatisfy((PropertyDescriptor property) -> {
            assertThat(property.getName()).isEqualTo(property.getDisplayName());
            assertThat(property.getDescription()).isNotBlank();
        });
        String page = "docs/" + type.getName() + "/additionalDetails.md";
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(page)) {
            assertThat(in).as(page).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("## Example");
        }
    }

    private void add(String id, TransparencyLogAuditTrail added) throws Exception {
        runner.addControllerService(id, added);
        properties.forEach((property, value) -> runner.setProperty(added, property, value));
    }

    private void set(PropertyDescriptor property, String value) {
        properties.put(property, value);
        runner.setProperty(service, property, value);
    }

    private void unset(PropertyDescriptor property) {
        properties.remove(property);
        runner.removeProperty(service, property);
    }

    private void useKeyStore(String... aliases) throws Exception {
        Path store = SigningKeyFiles.keyStore(folder.resolve("store.p12"), aliases);
        set(SigningKeyProperties.STRATEGY, SigningKeyStrategy.KEY_STORE.getValue());
        set(SigningKeyProperties.KEY_STORE, store.toString());
        set(SigningKeyProperties.KEY_STORE_PASSWORD, SigningKeyFiles.PASSWORD);
        set(SigningKeyProperties.KEY_ALIAS, aliases[0]);
    }

    private void usePseudonyms(Path keys, String keyId) throws Exception {
        KeyStoreKeyring keyring = new KeyStoreKeyring();
        runner.addControllerService("keyring", keyring);
        runner.setProperty(keyring, "Key Store", keys.toString());
        runner.setProperty(keyring, "Key Store Password", KeyStores.PASSWORD);
        runner.enableControllerService(keyring);
        set(TransparencyLogAuditTrail.PERSONAL_IDS, PersonalIdsStrategy.PSEUDONYMS.getValue());
        set(TransparencyLogAuditTrail.KEYRING, "keyring");
        set(TransparencyLogAuditTrail.PSEUDONYM_KEY_ID, keyId);
    }

    private static AuditEntry entry(String text) {
        return new AuditEntry.PolicyChanged(
                Instant.parse("2026-11-25T12:00:00Z"), new Actor.Unknown(), Optional.empty(), text);
    }

    /** The index of the first one. */
    private long append(String... texts) {
        return service.getAuditTrail()
                .append(Stream.of(texts)
                        .map(TransparencyLogAuditTrailTest::entry)
                        .toList())
                .first();
    }

    private VerificationReport verify(VerifierKey key) throws IOException {
        return LogVerifier.verify(VerificationRequest.of(VerificationRequest.logOf(directory), key));
    }

    private Map<String, String> state() {
        try {
            return runner.getStateManager(service).getState(Scope.LOCAL).toMap();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String verifierKey() {
        return Awaitility.await()
                .until(() -> state().getOrDefault(CheckpointInState.VERIFIER_KEY, ""), key -> !key.isEmpty());
    }

    /** What is wrong first; nothing when it is valid. */
    private List<String> complaints() {
        try {
            runner.assertValid(service);
            return List.of();
        } catch (AssertionError e) {
            return List.of(e.getMessage());
        }
    }

    private ConfigVerificationResult step(String name) {
        return verifySteps().stream()
                .filter(result -> result.getVerificationStepName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<ConfigVerificationResult> verifySteps() {
        return service.verify(
                new MockConfigurationContext(service, properties, null, Map.of()), runner.getLogger(), Map.of());
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
