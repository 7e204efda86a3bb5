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
package io.nifireplay.processors.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The requests that the documents show are ones that ReplayEvents takes. */
class DocumentedRequestsTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern REQUEST = Pattern.compile("\\{\"action\"(?:[^{}]|\\{(?:[^{}]|\\{[^{}]*\\})*\\})*\\}");

    @TestFactory
    Stream<DynamicTest> everyRequestInADocumentIsValid() throws IOException {
        List<String> requests = Stream.of("README.md", "docs/playbook.md")
                .map(PROJECT::resolve)
                .flatMap(DocumentedRequestsTest::requests)
                .toList();
        assertThat(requests).hasSizeGreaterThan(5);
        return requests.stream()
                .map(request -> DynamicTest.dynamicTest(
                        request.replaceAll("\\s+", " "),
                        () -> assertThatCode(() ->
                                        new CommandParser("a test").parse(request.getBytes(StandardCharsets.UTF_8)))
                                .doesNotThrowAnyException()));
    }

    private static Stream<String> requests(Path document) {
        try {
            Matcher matcher = REQUEST.matcher(Files.readString(document));
            return matcher.results().map(found -> found.group()).toList().stream();
        } catch (IOException e) {
            throw new IllegalStateException(document + " cannot be read", e);
        }
    }
}
