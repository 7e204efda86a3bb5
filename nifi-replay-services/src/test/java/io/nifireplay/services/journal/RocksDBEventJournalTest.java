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
package io.nifireplay.services.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.JournalException;
import io.nifireplay.journal.rocksdb.SharedJournals;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.MockControllerServiceInitializationContext;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.MockValidationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDBEventJournalTest {
    @TempDir
    private Path folder;

    private Path directory;
    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);
    private final RocksDBEventJournal service = new RocksDBEventJournal();

    @BeforeEach
    void setUp() throws Exception {
        directory = folder.resolve("event_journal");
        add("journal", service);
    }

    @Test
    void makesItsDirectoryAndOpensTheSameJournalAgain() {
        runner.assertValid(service);
        runner.enableControllerService(service);
        UUID id = service.getEventJournal().id();
        runner.disableControllerService(service);
        runner.enableControllerService(service);

        assertThat(service.getEventJournal().id()).isEqualTo(id);
        assertThat(service.getMaximumResultSize()).isEqualTo(64 * 1024);
        runner.disableControllerService(service);
        assertThat(SharedJournals.isOpen(directory)).isFalse();
    }

    @Test
    void saysThatItIsNotEnabled() {
        assertThatThrownBy(service::getEventJournal)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("not enabled");
    }

    @Test
    void takesARecoveryPointOnItsSchedule() {
        runner.enableControllerService(service);
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(service.getEventJournal().recoveryPoints()).hasSize(1));
        runner.disableControllerService(service);
    }

    @Test
    void sharesTheJournalOfOneDirectoryAmongServices() throws Exception {
        RocksDBEventJournal second = new RocksDBEventJournal();
        add("second", second);
        runner.setProperty(second, RocksDBEventJournal.DIRECTORY, folder + "/other/../event_journal");
        runner.enableControllerService(service);
        runner.enableControllerService(second);

        assertThat(second.getEventJournal()).isSameAs(service.getEventJournal());

        runner.disableControllerService(service);
        assertThat(second.getEventJournal().jobs()).isEmpty();
        runner.disableControllerService(second);
    }

    @Test
    void refusesOtherSettingsForADirectoryThatIsOpen() throws Exception {
        RocksDBEventJournal second = new RocksDBEventJournal();
        add("second", second);
        runner.setProperty(second, RocksDBEventJournal.LEASE_DURATION, "1 hour");
        runner.enableControllerService(service);

        assertThatThrownBy(() -> runner.enableControllerService(second))
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("other settings");
        runner.disableControllerService(service);
    }

    @Test
    void namesTheDirectoryThatCannotBeMade() throws Exception {
        Files.writeString(directory, "a file");

        assertThatThrownBy(() -> runner.enableControllerService(service)).hasMessageContaining(directory.toString());
        assertThat(verify().getFirst().getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(verify().getFirst().getExplanation()).contains(directory.toString());
    }

    @Test
    void verifiesThatTheJournalOpens() {
        assertThat(verify()).extracting(ConfigVerificationResult::getOutcome).containsOnly(Outcome.SUCCESSFUL);
        assertThat(SharedJournals.isOpen(directory)).isFalse();
    }

    @Test
    void verifiesAJournalThatAnotherServiceHasOpen() {
        runner.enableControllerService(service);

        assertThat(verify()).extracting(ConfigVerificationResult::getOutcome).containsOnly(Outcome.SUCCESSFUL);

        assertThat(service.getEventJournal().jobs()).isEmpty();
        runner.disableControllerService(service);
    }

    @Test
    void findsAJournalOfANewerFormatWhenVerified() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("journal.format"), "nifi-replay-journal 99 " + UUID.randomUUID() + "\n");

        ConfigVerificationResult result = verify().getLast();

        assertThat(result.getVerificationStepName()).isEqualTo(RocksDBEventJournal.JOURNAL_STEP);
        assertThat(result.getOutcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.getExplanation()).contains("99");
    }

    @Test
    void isInvalidWhenKeysDoNotOutliveContent() {
        runner.setProperty(service, RocksDBEventJournal.KEY_RETENTION, "6 days");
        runner.assertNotValid(service);
        runner.setProperty(service, RocksDBEventJournal.PAYLOAD_RETENTION, "6 days");
        runner.assertValid(service);
    }

    @Test
    void isInvalidOnAClusterUnlessSourcesStickToNodes() throws Exception {
        RocksDBEventJournal onCluster = new RocksDBEventJournal();
        onCluster.initialize(new MockControllerServiceInitializationContext(onCluster, "clustered") {
            @Override
            public boolean isConfiguredForClustering() {
                return true;
            }
        });
        MockProcessContext context = new MockProcessContext(onCluster);

        assertThat(onCluster.customValidate(new MockValidationContext(context)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.getExplanation()).contains("sources stick to nodes"));

        context.setProperty(RocksDBEventJournal.CLUSTER_USE, ClusterUse.STICKY_SOURCES.getValue());
        assertThat(onCluster.customValidate(new MockValidationContext(context))).isEmpty();
    }

    @Test
    void isValidatedWithoutAQuestionThatNiFiAnswersOnlyOnceItsFlowIsLoaded() throws Exception {
        RocksDBEventJournal loading = new RocksDBEventJournal();
        loading.initialize(new MockControllerServiceInitializationContext(loading, "loading") {
            @Override
            public boolean isClustered() {
                throw new AssertionError("In NiFi this waits for the lock under which the flow is loaded");
            }

            @Override
            public boolean isConfiguredForClustering() {
                return false;
            }
        });

        assertThat(loading.customValidate(new MockValidationContext(new MockProcessContext(loading))))
                .isEmpty();
    }

    @Test
    void isFoundByNiFiAndExplainsItself() throws IOException {
        assertThat(ServiceLoader.load(ControllerService.class).stream().map(ServiceLoader.Provider::type))
                .contains(RocksDBEventJournal.class);
        assertThat(RocksDBEventJournal.class.getAnnotation(Tags.class)).isNotNull();
        assertThat(RocksDBEventJournal.class.getAnnotation(CapabilityDescription.class))
                .isNotNull();
        assertThat(service.getPropertyDescriptors())
                .allSatisfy((PropertyDescriptor property) ->
                        assertThat(property.getDescription()).isNotBlank());
        String page = "docs/" + RocksDBEventJournal.class.getName() + "/additionalDetails.md";
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(page)) {
            assertThat(in).as(page).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("## Example");
        }
    }

    private void add(String id, RocksDBEventJournal added) throws Exception {
        runner.addControllerService(id, added);
        runner.setProperty(added, RocksDBEventJournal.DIRECTORY, directory.toString());
    }

    private List<ConfigVerificationResult> verify() {
        RocksDBEventJournal verified = new RocksDBEventJournal();
        return verified.verify(
                new MockConfigurationContext(
                        verified, Map.of(RocksDBEventJournal.DIRECTORY, directory.toString()), null, Map.of()),
                runner.getLogger(),
                Map.of());
    }
}
