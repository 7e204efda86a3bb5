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
package io.nifireplay.audit.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHead;
import io.nifireplay.audit.testing.Keys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {
    /** The example of c2sp.org/signed-note. */
    private static final String EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private static final String EXAMPLE = """
            This is an example message.

            — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
            """;

    private static final SigningKey KEY = Keys.signing(1);
    private static final Checkpoint CHECKPOINT =
            new Checkpoint(Keys.ORIGIN, new TreeHead(42, Hash.of(new byte[Hash.BYTES])));

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void verifiesTheExampleOfTheSpecification() throws MalformedNoteException {
        SignedNote note = SignedNote.parse(utf8(EXAMPLE));

        assertThat(note.isSignedBy(VerifierKey.parse(EXAMPLE_KEY))).isTrue();
        assertThat(note.toString()).isEqualTo(EXAMPLE);
    }

    @Test
    void noChangedBitOfACheckpointPasses() throws MalformedNoteException {
        byte[] bytes = CHECKPOINT.sign(List.of(KEY)).bytes();
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            boolean passes;
            try {
                passes = SignedCheckpoint.parse(changed).note().isSignedByExactly(List.of(KEY.verifierKey()));
            } catch (MalformedNoteException e) {
                passes = false;
            }
            assertThat(passes).as("bit %d", bit).isFalse();
        }
        assertThat(SignedCheckpoint.parse(bytes).checkpoint()).isEqualTo(CHECKPOINT);
    }

    @Test
    void knowsExactlyWhoHasSigned() throws MalformedNoteException {
        SigningKey other = Keys.signing(2);
        SignedNote both = SignedCheckpoint.parse(
                        CHECKPOINT.sign(List.of(KEY, other)).bytes())
                .note();

        assertThat(both.isSignedBy(KEY.verifierKey())).isTrue();
        assertThat(both.isSignedByExactly(List.of(KEY.verifierKey()))).isFalse();
        assertThat(both.isSignedByExactly(List.of(KEY.verifierKey(), other.verifierKey())))
                .isTrue();
        assertThat(both.isSignedByExactly(List.of(other.verifierKey(), KEY.verifierKey())))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com/log\n042\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                "example.com/log\n+42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                "example.com/log\n99999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                "example.com/log\n42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
                "example.com/log\n42\nAAAA\n",
                "example.com/log\n42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nextension\n",
                "\n42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                "example.com/log\n42\n"
            })
    void refusesACheckpointThatIsWrittenInAnotherWay(String text) {
        SignedNote signed = SignedNote.sign(text, List.of(KEY));

        assertThatExceptionOfType(MalformedNoteException.class)
                .isThrownBy(() -> SignedCheckpoint.parse(signed.bytes()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text\n",
                "text\n\n",
                "text\n\n— name\n",
                "text\n\n- name AAAAAAE=\n",
                "text\n\n— na+me AAAAAAE=\n",
                "text\n\n— name AAAA\n",
                "text\n\n— name AAAAAAF=\n",
                "text\n\n— name AAAAAAE=",
                "text\r\n\n— name AAAAAAE=\n"
            })
    void refusesWhatIsNoSignedNote(String text) {
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> SignedNote.parse(utf8(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com/foo",
                "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                "example.com/foo+530d903a+AekyeRrm",
                "example com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
            })
    void refusesADamagedVerifierKey(String vkey) {
        assertThatExceptionOfType(MalformedNoteException.class).isThrownBy(() -> VerifierKey.parse(vkey));
    }

    @Test
    void aVerifierKeyIsReadAsItIsWritten() throws MalformedNoteException {
        assertThat(VerifierKey.parse(EXAMPLE_KEY)).hasToString(EXAMPLE_KEY);
        assertThat(VerifierKey.parse(KEY.verifierKey().toString())).isEqualTo(KEY.verifierKey());
    }

    @Test
    void aSigningKeyDoesNotShowItsSecretInALogLine() {
        assertThat(KEY.toString()).contains(KEY.verifierKey().toString()).hasSizeLessThan(150);
    }
}
