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
package io.nifireplay.audit.personal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.entry.Actor;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.entry.EntryJson;
import io.nifireplay.audit.json.CanonicalJson;
import io.nifireplay.audit.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubjectsCommandTest {
    private static final String ANNA = "CN=Anna \"A\", OU=\\ops";

    @TempDir
    private Path trail;

    private String annas;
    private String bertas;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void seal() {
        try (SharedSubjectKeys.Lease lease = SharedSubjectKeys.acquire(trail.resolve(SubjectsCommand.FILE))) {
            annas = entry(lease.keys(), ANNA);
            bertas = entry(lease.keys(), "CN=Berta");
        }
    }

    private static String entry(SubjectKeys keys, String id) {
        return new String(
                EntryJson.bytes(new AuditEntry.PolicyChanged(
                        Instant.parse("2026-11-25T12:00:00Z"),
                        new Actor.User(keys.protect(id)),
                        Optional.empty(),
                        "a policy")),
                StandardCharsets.UTF_8);
    }

    @Test
    void showsWhoIsMeantInEntriesAndInReportsThatQuoteThem() {
        assertThat(annas).contains("\"sealed\":").doesNotContain("Anna");

        assertThat(run(annas + "\n" + bertas + "\n", "show", trail.toString())).isZero();
        assertThat(text(out)).contains(json(ANNA)).contains(json("CN=Berta")).doesNotContain("sealed");
        out.reset();
        assertThat(run("{\"entry\":" + json(annas) + "}", "show", trail.toString()))
                .isZero();

        assertThat(text(out))
                .doesNotContain("sealed")
                .contains(json(json(ANNA)).substring(1, json(json(ANNA)).length() - 1));
    }

    @Test
    void showsWhileAnotherHasTheKeysOpen() {
        try (SubjectKeys keys = SubjectKeys.open(trail.resolve(SubjectsCommand.FILE), new SecureRandom())) {
            String later = entry(keys, "CN=Clara");

            assertThat(run(later, "show", trail.toString())).isZero();
            assertThat(text(out)).contains("CN=Clara");
        }
    }

    @Test
    void whoWasErasedIsNotShownAndTheOthersAre() {
        assertThat(run("", "erase", trail.toString(), ANNA)).isZero();
        assertThat(text(out)).contains("is destroyed").contains("Backups");
        out.reset();

        assertThat(run(
                        annas + bertas,
                        "show",
                        trail.resolve(SubjectsCommand.FILE).toString()))
                .isZero();
        assertThat(text(out)).contains(annas).contains("CN=Berta");
        assertThat(run("", "erase", trail.toString(), ANNA)).isEqualTo(SubjectsCommand.FAILED);
        assertThat(text(err)).contains("There is no key of");
    }

    @Test
    void erasesNothingWhileTheKeysAreInUse() {
        Path file = trail.resolve(SubjectsCommand.FILE);
        try (SubjectKeys keys = SubjectKeys.open(file, new SecureRandom())) {
            assertThat(run("", "erase", trail.toString(), ANNA)).isEqualTo(SubjectsCommand.FAILED);
            assertThat(text(err)).contains("are open already: disable the audit trail's service");
            assertThatExceptionOfType(AuditException.class)
                    .isThrownBy(() -> SubjectKeys.open(file, new SecureRandom()));
            assertThat(keys.erase(ANNA)).as("the key is there").isTrue();
        }
    }

    @Test
    void saysWhenItIsCalledInAWrongWay() {
        assertThat(run("", "show")).isEqualTo(SubjectsCommand.USAGE);
        assertThat(run("", "erase", trail.toString())).isEqualTo(SubjectsCommand.USAGE);
        assertThat(run("", "show", trail.resolve("nothing").toString())).isEqualTo(SubjectsCommand.FAILED);
        assertThat(text(err)).contains("There is no file");
        assertThat(run("", "--help")).isZero();
    }

    private int run(String in, String... arguments) {
        return SubjectsCommand.run(
                List.of(arguments),
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String json(String text) {
        return CanonicalJson.text(JsonValue.of(text));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
