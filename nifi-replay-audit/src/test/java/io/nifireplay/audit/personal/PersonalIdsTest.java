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
import io.nifireplay.audit.entry.PersonalId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersonalIdsTest {
    @TempDir
    private Path folder;

    private SubjectKeys open() {
        return SubjectKeys.open(folder.resolve("subjects"), new SecureRandom());
    }

    private static PersonalId.Sealed seal(SubjectKeys keys, String id) {
        return (PersonalId.Sealed) keys.protect(id);
    }

    @Test
    void aPseudonymIsTheHmacOfRfc4231() {
        PersonalIds ids =
                PersonalIds.pseudonyms(new SecretKeySpec("Jefe".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));

        assertThat(ids.protect("what do ya want for nothing?"))
                .isEqualTo(
                        new PersonalId.Pseudonym("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }

    @Test
    void whatIsSealedIsOpenedAlsoAfterARestart() {
        PersonalId.Sealed first;
        PersonalId.Sealed second;
        try (SubjectKeys keys = open()) {
            first = seal(keys, "CN=Anna");
            second = seal(keys, "CN=Berta");
            assertThat(first.subject()).isNotEqualTo(second.subject());
            assertThat(seal(keys, "CN=Anna").subject()).isEqualTo(first.subject());
            assertThat(seal(keys, "CN=Anna").sealed()).isNotEqualTo(first.sealed());
        }
        try (SubjectKeys keys = open()) {
            assertThat(keys.open(first)).contains("CN=Anna");
            assertThat(keys.open(second)).contains("CN=Berta");
            assertThat(seal(keys, "CN=Anna").subject()).isEqualTo(first.subject());
            assertThat(keys.open(new PersonalId.Sealed(first.subject(), second.sealed())))
                    .isEmpty();
        }
    }

    @Test
    void whatWasErasedCanNoLongerBeReadByAnybody() throws IOException {
        PersonalId.Sealed anna;
        PersonalId.Sealed berta;
        byte[] before;
        try (SubjectKeys keys = open()) {
            anna = seal(keys, "CN=Anna");
            berta = seal(keys, "CN=Berta");
            before = Files.readAllBytes(folder.resolve("subjects"));
            assertThat(keys.erase("CN=Anna")).isTrue();
            assertThat(keys.erase("CN=Anna")).isFalse();
            assertThat(keys.open(anna)).isEmpty();
        }
        byte[] after = Files.readAllBytes(folder.resolve("subjects"));
        assertThat(Arrays.copyOfRange(before, 96, 192)).isNotEqualTo(new byte[96]);
        assertThat(Arrays.copyOfRange(after, 96, 192)).isEqualTo(new byte[96]);
        try (SubjectKeys keys = open()) {
            assertThat(keys.open(anna)).isEmpty();
            assertThat(keys.open(berta)).contains("CN=Berta");
            assertThat(seal(keys, "CN=Anna").subject())
                    .as("nothing leads from the new label to the old one")
                    .isNotEqualTo(anna.subject());
        }
        assertThat(Files.size(folder.resolve("subjects")))
                .as("the place is used again")
                .isEqualTo(3 * 96);
    }

    @Test
    void aKeyThatWasCutShortWhenItWasMadeDoesNotStopTheOthers() throws IOException {
        PersonalId.Sealed anna;
        try (SubjectKeys keys = open()) {
            anna = seal(keys, "CN=Anna");
            seal(keys, "CN=Berta");
        }
        byte[] whole = Files.readAllBytes(folder.resolve("subjects"));
        for (int length = 192; length < whole.length; length += 7) {
            Files.write(folder.resolve("subjects"), Arrays.copyOf(whole, length));
            try (SubjectKeys keys = open()) {
                assertThat(keys.open(anna)).contains("CN=Anna");
                assertThat(keys.open(seal(keys, "CN=Berta"))).contains("CN=Berta");
            }
        }
    }

    @Test
    void manySubjectsAreSealedAtOnce() {
        try (SubjectKeys keys = open()) {
            List<String> ids = IntStream.range(0, 3000).mapToObj(i -> "CN=" + i).toList();
            List<PersonalId> sealed = keys.protect(ids);
            for (int i = 0; i < ids.size(); i++) {
                assertThat(keys.open((PersonalId.Sealed) sealed.get(i))).contains(ids.get(i));
            }
        }
    }

    @Test
    void refusesAFileThatHoldsNoKeys() throws IOException {
        Files.write(folder.resolve("subjects"), new byte[500]);

        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(this::open)
                .withMessageContaining("holds no keys of subjects");
    }

    @Test
    void servicesThatNameOneFileShareIt() throws IOException {
        Path file = folder.resolve("personal/subject-keys");
        SharedSubjectKeys.Lease one = SharedSubjectKeys.acquire(file);
        SharedSubjectKeys.Lease other = SharedSubjectKeys.acquire(folder.resolve("personal/../personal/subject-keys"));
        assertThat(other.keys()).isSameAs(one.keys());

        one.close();
        one.close();
        PersonalId.Sealed sealed = seal(other.keys(), "CN=Anna");
        other.close();

        try (SharedSubjectKeys.Lease again = SharedSubjectKeys.acquire(file)) {
            assertThat(again.keys()).isNotSameAs(other.keys());
            assertThat(again.keys().open(sealed)).contains("CN=Anna");
        }
    }

    @Test
    void aSharedFileThatCannotBeOpenedIsHeldByNobody() throws IOException {
        Path file = Files.writeString(folder.resolve("subject-keys"), "x".repeat(96));
        assertThatExceptionOfType(AuditException.class)
                .isThrownBy(() -> SharedSubjectKeys.acquire(file))
                .withMessageContaining(file.toString());

        Files.delete(file);
        SharedSubjectKeys.acquire(file).close();
    }
}
