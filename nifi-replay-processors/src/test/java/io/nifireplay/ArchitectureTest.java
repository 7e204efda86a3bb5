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
package io.nifireplay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md. */
class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.nifireplay");

    @Test
    void dependenciesPointFromProcessorsToServicesToJournalAndAuditTrailToSealedData() {
        assertThat(PRODUCT).as("the modules that are looked at").hasSizeGreaterThan(100);
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("reporting tasks")
                .definedBy("io.nifireplay.reporting..")
                .layer("processors")
                .definedBy("io.nifireplay.processors..")
                .layer("services")
                .definedBy("io.nifireplay.services..")
                .layer("journal")
                .definedBy("io.nifireplay.journal..")
                .layer("audit")
                .definedBy("io.nifireplay.audit..")
                .layer("crypto")
                .definedBy("io.nifireplay.crypto..")
                .whereLayer("reporting tasks")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("processors")
                .mayOnlyBeAccessedByLayers("reporting tasks")
                .whereLayer("services")
                .mayOnlyBeAccessedByLayers("processors", "reporting tasks")
                .whereLayer("journal")
                .mayOnlyBeAccessedByLayers("services", "processors", "reporting tasks")
                .whereLayer("audit")
                .mayOnlyBeAccessedByLayers("services", "processors", "reporting tasks")
                .whereLayer("crypto")
                .mayOnlyBeAccessedByLayers("journal", "services")
                .check(PRODUCT);
    }

    @Test
    void theJournalKnowsNothingOfNiFi() {
        noClasses()
                .that()
                .resideInAPackage("io.nifireplay.journal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.nifi..", "io.nifireplay.services..", "io.nifireplay.processors..")
                .check(PRODUCT);
    }

    @Test
    void sealedDataKnowsNeitherNiFiNorAnotherModule() {
        classes()
                .that()
                .resideInAPackage("io.nifireplay.crypto..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.nifireplay.crypto..", "java..", "javax.crypto..", "org.bouncycastle.jce.provider..")
                .check(PRODUCT);
    }

    @Test
    void onlyTheKeyringAndTheAuditTrailKnowBouncyCastle() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.nifireplay.crypto.keyring..", "io.nifireplay.audit..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(PRODUCT);
    }

    @Test
    void streamsAndRecordsDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.nifireplay.crypto.stream..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.nifireplay.crypto.record..")
                .check(PRODUCT);
        slices().matching("io.nifireplay.crypto.(*)..")
                .should()
                .beFreeOfCycles()
                .check(PRODUCT);
    }

    @Test
    void anEngineIsKnownToItsServiceAndToNobodyElse() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.nifireplay.journal.rocksdb..", "io.nifireplay.services..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.nifireplay.journal.rocksdb..")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nifireplay.journal.rocksdb..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(PRODUCT);
    }

    @Test
    void whatOpensAnAuditTrailAndReadsItsKeysIsKnownToItsServiceAndToNobodyElse() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.nifireplay.audit..", "io.nifireplay.services..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.nifireplay.audit.log..", "io.nifireplay.audit.key..")
                .check(PRODUCT);
    }

    @Test
    void aCircuitBreakersStateMachineIsKnownToItsServiceAndItsLogicKnowsNothingOfNiFisRuntime() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nifireplay.services.breaker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.resilience4j..")
                .check(PRODUCT);
        noClasses()
                .that()
                .resideInAPackage("io.nifireplay.services.breaker..")
                .and()
                .haveSimpleNameNotStartingWith("StandardCircuitBreaker")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.nifi.processor..", "org.apache.nifi.logging..")
                .check(PRODUCT);
    }

    @Test
    void whatProvenanceTellsIsJudgedWithoutAComponentOfNiFi() {
        noClasses()
                .that()
                .resideInAPackage("io.nifireplay.reporting.provenance..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.nifi.reporting..", "org.apache.nifi.components..", "io.nifireplay.services..")
                .check(PRODUCT);
    }

    @Test
    void theModulesAreFreeOfCycles() {
        slices().matching("io.nifireplay.(*)..").should().beFreeOfCycles().check(PRODUCT);
    }
}
