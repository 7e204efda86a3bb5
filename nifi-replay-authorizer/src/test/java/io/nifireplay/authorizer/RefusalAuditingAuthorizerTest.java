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

import static io.nifireplay.authorizer.Requests.ATTRIBUTES;
import static io.nifireplay.authorizer.Requests.DATA;
import static org.apache.nifi.authorization.RequestAction.READ;
import static org.apache.nifi.authorization.RequestAction.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.nifi.authorization.AuthorizationAuditor;
import org.apache.nifi.authorization.AuthorizationRequest;
import org.apache.nifi.authorization.AuthorizationResult;
import org.apache.nifi.authorization.AuthorizationResult.Result;
import org.apache.nifi.authorization.Authorizer;
import org.apache.nifi.authorization.AuthorizerCapabilityDetection;
import org.apache.nifi.authorization.ManagedAuthorizer;
import org.apache.nifi.authorization.StandardManagedAuthorizer;
import org.apache.nifi.authorization.exception.AuthorizerCreationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalAuditingAuthorizerTest {
    private static final AuthorizationRequest REPLAY =
            Requests.of(WRITE, DATA).resourceContext(ATTRIBUTES).build();
    private static final AuthorizationRequest LOOK =
            Requests.of(READ, DATA).resourceContext(ATTRIBUTES).build();

    @TempDir
    private Path folder;

    private Path spool;
    private final Decider decider = new Decider();
    private final Map<String, String> properties = new HashMap<>();

    @BeforeEach
    void configure() {
        spool = folder.resolve("spool");
        properties.put("Authorizer", "decider");
        properties.put("Spool Directory", spool.toString());
    }

    @Test
    void areFoundByNiFi() {
        assertThat(ServiceLoader.load(Authorizer.class))
                .hasAtLeastOneElementOfType(RefusalAuditingAuthorizer.class)
                .hasAtLeastOneElementOfType(RefusalAuditingManagedAuthorizer.class);
    }

    @Test
    void decidesAsTheOtherDoesAndRecordsWhatThatRefused() throws IOException {
        Authorizer selected = select(new RefusalAuditingAuthorizer(), decider.as());
        assertThat(selected.authorize(LOOK).getResult()).isEqualTo(Result.Approved);
        assertThat(selected.authorize(REPLAY).getResult()).isEqualTo(Result.Denied);
        assertThat(selected.authorize(REPLAY).getExplanation()).isEqualTo("nobody writes");
        selected.preDestruction();

        assertThat(spooled())
                .hasLineCount(2)
                .contains("CN=auditor", "\"right\":\"write\"", DATA)
                .doesNotContain("\"right\":\"read\"");
    }

    @Test
    void staysManagedWhereTheOtherIs() {
        Authorizer selected = select(new RefusalAuditingManagedAuthorizer(), decider.as(ManagedAuthorizer.class));

        assertThat(AuthorizerCapabilityDetection.isManagedAuthorizer(selected)).isTrue();
        assertThat(AuthorizerCapabilityDetection.isConfigurableAccessPolicyProvider(selected))
                .isTrue();
        assertThat(AuthorizerCapabilityDetection.isConfigurableUserGroupProvider(selected))
                .isTrue();
        ManagedAuthorizer managed = (ManagedAuthorizer) selected;
        assertThat(managed.getFingerprint())
                .as("a node with it and one without it may be in one cluster")
                .isEqualTo("the fingerprint");
        managed.inheritFingerprint("a");
        managed.forciblyInheritFingerprint("b");
        managed.checkInheritability("c");
        assertThat(decider.calls)
                .containsExactly("inheritFingerprint a", "forciblyInheritFingerprint b", "checkInheritability c");
        selected.preDestruction();
    }

    @Test
    void hasTheFingerprintOfNiFisOwnAuthorizer() {
        StandardManagedAuthorizer own = new StandardManagedAuthorizer();
        own.initialize(AuthorizersXml.initialization(Map.of(), id -> Decider.policies()));
        own.onConfigured(AuthorizersXml.configuration(Map.of("Access Policy Provider", "policies")));
        ManagedAuthorizer selected = (ManagedAuthorizer) select(new RefusalAuditingManagedAuthorizer(), own);

        assertThat(selected.getFingerprint())
                .contains("fingerprint of ConfigurableAccessPolicyProvider")
                .contains("fingerprint of ConfigurableUserGroupProvider")
                .isEqualTo(own.getFingerprint());
        selected.preDestruction();
    }

    @Test
    void isNotManagedWhereTheOtherIsNot() {
        Authorizer selected = select(new RefusalAuditingAuthorizer(), decider.as());
        assertThat(selected).isInstanceOf(AuthorizationAuditor.class).isNotInstanceOf(ManagedAuthorizer.class);
        selected.preDestruction();
    }

    @Test
    void tellsTheOtherWhatItHasToAudit() {
        Authorizer selected = select(new RefusalAuditingAuthorizer(), decider.as(AuthorizationAuditor.class));
        selected.authorize(LOOK);
        selected.authorize(REPLAY);
        selected.authorize(Requests.of(WRITE, DATA).accessAttempt(false).build());
        assertThat(decider.calls).hasSize(2).allMatch(call -> call.startsWith("auditAccessAttempt"));
        selected.preDestruction();
    }

    @Test
    void recordsWhatNoPolicyIsThereFor() throws IOException {
        Authorizer selected = select(new RefusalAuditingAuthorizer(), decider.as());
        // NiFi tells so by itself, when it has gone up to the root and no policy was there.
        ((AuthorizationAuditor) selected)
                .auditAccessAttempt(REPLAY, AuthorizationResult.denied("No applicable policies"));
        selected.preDestruction();
        assertThat(spooled()).hasLineCount(1).contains("CN=auditor");
    }

    @Test
    void locksNobodyOutWhenTheSpoolCannotBeWritten() throws IOException {
        Files.writeString(spool, "a file in the way");
        Authorizer selected = select(new RefusalAuditingAuthorizer(), decider.as());
        assertThat(selected.authorize(LOOK).getResult()).isEqualTo(Result.Approved);
        assertThat(selected.authorize(REPLAY).getResult()).isEqualTo(Result.Denied);

        Files.delete(spool);
        await().until(() -> Files.isDirectory(spool) && !spooled().isEmpty());
        selected.preDestruction();
    }

    @Test
    void letsADecisionStandWhateverHappensToItsRecord() {
        BooleanSupplier broken = () -> {
            throw new IllegalStateException("broken");
        };
        Authorizer selected =
                select(new RefusalAuditingAuthorizer(new RefusedReplays(Clock.systemUTC(), broken)), decider.as());
        assertThat(selected.authorize(REPLAY).getResult()).isEqualTo(Result.Denied);
        selected.preDestruction();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Authorizer         |             | lacks the property 'Authorizer'
                    Authorizer         | other       | there is no such authorizer
                    Authorizer         | audited-authorizer | names itself
                    Spool Directory    | ' '         | lacks the property 'Spool Directory'
                    Spool Directory    | NUL         | is no path
                    Maximum Spool Size | much        | is not a size like '64 MB'
                    Maximum Spool Size | 1 KB        | too small
                    """)
    void saysWhatIsWrongInTheConfiguration(String property, String value, String message) {
        properties.put(property, "NUL".equals(value) ? "\0" : value);
        assertThatExceptionOfType(AuthorizerCreationException.class)
                .isThrownBy(() -> select(new RefusalAuditingAuthorizer(), decider.as()))
                .withMessageContaining(message)
                .withMessageContaining("audited-authorizer")
                .withMessageContaining("authorizers.xml");
    }

    @Test
    void saysWhichClassFits() {
        assertThatExceptionOfType(AuthorizerCreationException.class)
                .isThrownBy(() -> select(new RefusalAuditingAuthorizer(), decider.as(ManagedAuthorizer.class)))
                .withMessageContaining("io.nifireplay.authorizer.RefusalAuditingManagedAuthorizer");
        assertThatExceptionOfType(AuthorizerCreationException.class)
                .isThrownBy(() -> select(new RefusalAuditingManagedAuthorizer(), decider.as()))
                .withMessageContaining("io.nifireplay.authorizer.RefusalAuditingAuthorizer");
    }

    private Authorizer select(RefusalAuditingAuthorizer own, Authorizer other) {
        return new AuthorizersXml().with("decider", other).select(own, properties);
    }

    private String spooled() throws IOException {
        StringBuilder lines = new StringBuilder();
        try (Stream<Path> files = Files.list(spool)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
                lines.append(Files.readString(file));
            }
        }
        return lines.toString();
    }
}
