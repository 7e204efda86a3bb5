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

import io.nifireplay.audit.merkle.TreeHead;

/**
 * A checkpoint with its signatures.
 *
 * @param checkpoint what is signed
 * @param note its text, and by whom
 */
public record SignedCheckpoint(Checkpoint checkpoint, SignedNote note) {
    /** @throws MalformedNoteException when it is none, or not written in the one way that is allowed */
    public static SignedCheckpoint parse(byte[] utf8) throws MalformedNoteException {
        SignedNote note = SignedNote.parse(utf8);
        return new SignedCheckpoint(Checkpoint.parse(note.text()), note);
    }

    public TreeHead head() {
        return checkpoint.head();
    }

    public byte[] bytes() {
        return note.bytes();
    }
}
