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
package io.nifireplay.processors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.nifi.annotation.behavior.WritesAttribute;
import org.apache.nifi.annotation.behavior.WritesAttributes;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.SeeAlso;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.components.ConfigurableComponent;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.Relationship;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ComponentsTest {
    static Stream<Processor> processors() {
        return ServiceLoader.load(Processor.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(processor -> processor.getClass().getPackage().equals(ComponentsTest.class.getPackage()));
    }

    @Test
    void areFoundByNiFi() {
        assertThat(processors())
                .extracting(processor -> processor.getClass().getSimpleName())
                .containsExactlyInAnyOrder(
                        "JournalEvent",
                        "GuardDelivery",
                        "CompleteEvent",
                        "ReplayEvents",
                        "VerifyAuditTrail",
                        "DetectMissedEvents",
                        "ReplayProvenance");
    }

    @ParameterizedTest
    @MethodSource("processors")
    void explainThemselves(Processor processor) {
        Class<?> type = processor.getClass();
        assertThat(type.getAnnotation(Tags.class).value()).contains("replay");
        assertThat(type.getAnnotation(CapabilityDescription.class).value()).isNotBlank();
        assertThat(type.getAnnotation(SeeAlso.class)).isNotNull();
        assertThat(type.getAnnotation(WritesAttributes.class).value())
                .isNotEmpty()
                .allSatisfy(attribute -> assertThat(attribute.description()).isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("processors")
    void haveADetailedPageWithAnExample(Processor processor) throws IOException {
        String page = "docs/" + processor.getClass().getName() + "/additionalDetails.md";
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(page)) {
            assertThat(in).as(page).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("## Example");
        }
    }

    @ParameterizedTest
    @MethodSource("processors")
    void namePropertiesInWordsAndDescribeThem(ConfigurableComponent component) {
        Set<String> names = new HashSet<>();
        assertThat(component.getPropertyDescriptors()).isNotEmpty().allSatisfy((PropertyDescriptor property) -> {
            assertThat(property.getName()).matches("[A-Z][A-Za-z0-9 -]*").isEqualTo(property.getDisplayName());
            assertThat(property.getDescription()).isNotBlank();
            assertThat(names.add(property.getName())).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("processors")
    void nameRelationshipsInLowerCaseAndDescribeThem(Processor processor) {
        assertThat(processor.getRelationships()).allSatisfy((Relationship relationship) -> {
            assertThat(relationship.getName()).matches("[a-z ]+");
            assertThat(relationship.getDescription()).isNotBlank();
        });
    }

    @Test
    void documentEveryAttributeThatIsWritten() {
        Set<String> documented = new HashSet<>();
        processors()
                .flatMap(processor -> Arrays.stream(processor
                        .getClass()
                        .getAnnotation(WritesAttributes.class)
                        .value()))
                .map(WritesAttribute::attribute)
                .forEach(documented::add);

        Set<String> names = new HashSet<>();
        for (Field field : ReplayAttributes.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()) && !field.getName().equals("PREFIX")) {
                try {
                    names.add((String) field.get(null));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        assertThat(documented).containsAll(names);
    }
}
