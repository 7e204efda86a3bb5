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
package io.nifireplay.repository;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, as far as the repository goes. */
class RepositoryArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.nifireplay");

    @Test
    void theRepositoryKnowsTheCryptoModuleAndNoOtherOfOurs() {
        assertThat(PRODUCT).as("the modules that are looked at").hasSizeGreaterThan(30);
        classes()
                .that()
                .resideInAPackage("io.nifireplay.repository..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.nifireplay.repository..",
                        "io.nifireplay.crypto..",
                        "org.apache.nifi..",
                        "org.slf4j..",
                        "java..",
                        "javax.crypto..")
                .check(PRODUCT);
    }

    @Test
    void theCryptoModuleKnowsNothingOfNiFiOrTheRepository() {
        classes()
                .that()
                .resideInAPackage("io.nifireplay.crypto..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.nifireplay.crypto..", "org.bouncycastle..", "org.slf4j..", "java..", "javax.crypto..")
                .check(PRODUCT);
    }
}
