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
package io.nifireplay.authorizer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, as far as the authorizer goes. */
class AuthorizerArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.nifireplay");

    @Test
    void theAuthorizerKnowsTheSpoolOfRefusalsAndNothingElseOfOurs() {
        assertThat(PRODUCT).as("the modules that are looked at").hasSizeGreaterThan(60);
        classes()
                .that()
                .resideInAPackage("io.nifireplay.authorizer..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.nifireplay.authorizer..",
                        "io.nifireplay.audit.spool..",
                        "io.nifireplay.audit.entry..",
                        "org.apache.nifi.authorization..",
                        "org.apache.nifi.components..",
                        "org.apache.nifi.processor..",
                        "org.slf4j..",
                        "java..")
                .check(PRODUCT);
    }
}
