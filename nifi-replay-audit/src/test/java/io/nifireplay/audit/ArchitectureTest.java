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
package io.nifireplay.audit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, within the audit trail. */
class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.nifireplay.audit");

    @Test
    void theAuditTrailKnowsNothingOfNiFiNorOfTheJournal() {
        assertThat(PRODUCT).hasSizeGreaterThan(60);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.nifi..",
                        "io.nifireplay.journal..",
                        "io.nifireplay.services..",
                        "io.nifireplay.processors..",
                        "com.fasterxml..")
                .check(PRODUCT);
    }

    @Test
    void whoVerifiesDoesNotRestOnWhoWrites() {
        noClasses()
                .that()
                .resideInAPackage("io.nifireplay.audit.verify..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.nifireplay.audit.log..")
                .check(PRODUCT);
    }

    @Test
    void thePackagesAreFreeOfCycles() {
        slices().matching("io.nifireplay.audit.(*)..").should().beFreeOfCycles().check(PRODUCT);
    }
}
