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
package io.nifireplay.ui;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, within the WAR. */
class ArchitectureTest {
    private static final JavaClasses PAGE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.nifireplay.ui");

    @Test
    void onlyWhatAsksNiFiKnowsNiFiAndOnlyTheServletsKnowServlets() {
        assertThat(PAGE).hasSizeGreaterThan(10);
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("NiFiCoordinators")
                .and()
                .doNotHaveSimpleName("Service")
                .and()
                .doNotHaveSimpleName("ApiServlet")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.nifi..")
                .check(PAGE);
        noClasses()
                .that()
                .doNotHaveSimpleName("ApiServlet")
                .and()
                .doNotHaveSimpleName("SecurityHeaders")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta..")
                .check(PAGE);
    }

    @Test
    void theWarTakesOfTheProductTheCoordinatorAndTheWordsOfRequests() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "jakarta.servlet..",
                        "com.fasterxml.jackson..",
                        "org.slf4j..",
                        "org.apache.nifi..",
                        "io.nifireplay.ui..",
                        "io.nifireplay.journal",
                        "io.nifireplay.journal.governance..",
                        "io.nifireplay.journal.replay..",
                        "io.nifireplay.services.coordination..",
                        "io.nifireplay.processors.request..")
                .check(PAGE);
        noClasses()
                .that()
                .resideInAPackage("io.nifireplay.ui.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.nifireplay.ui", "io.nifireplay.journal..")
                .check(PAGE);
    }
}
