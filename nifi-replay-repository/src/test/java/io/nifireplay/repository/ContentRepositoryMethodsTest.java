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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.nifi.controller.repository.ContentRepository;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ContentRepositoryMethodsTest {
    @TestFactory
    Stream<DynamicTest> isImplementedEvenWhereTheInterfaceHasADefault() {
        List<Method> methods = Arrays.stream(ContentRepository.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .toList();
        assertThat(methods).hasSizeGreaterThan(25).anyMatch(Method::isDefault);
        return methods.stream()
                .map(method -> DynamicTest.dynamicTest(
                        method.toGenericString(),
                        () -> assertThat(EncryptedContentRepository.class.getDeclaredMethod(
                                        method.getName(), method.getParameterTypes()))
                                .isNotNull()));
    }

    @Test
    void isNamedForNiFiToFind() throws IOException {
        // NiFi reads the names itself: as its own repositories, ours has no constructor for a ServiceLoader.
        Enumeration<URL> names =
                getClass().getClassLoader().getResources("META-INF/services/" + ContentRepository.class.getName());
        assertThat(Collections.list(names))
                .anySatisfy(file -> assertThat(text(file)).isEqualTo(EncryptedContentRepository.class.getName()));
    }

    @Test
    void readsNoWholeResourceClaims(@TempDir Path folder) throws Exception {
        try (OpenRepository open = Setup.sealed(folder).open()) {
            assertThat(open.repository().isResourceClaimStreamSupported()).isFalse();
            var claim = open.write(new byte[10]);
            assertThatThrownBy(() -> open.repository().read(claim.getResourceClaim()))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    private static String text(URL file) throws IOException {
        try (InputStream in = file.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
