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

import io.nifireplay.audit.merkle.Hash;
import io.nifireplay.audit.merkle.TreeHead;
import java.util.List;

/**
 * What a log says of itself at one time: three lines, which it signs.
 *
 * @param origin the log's name
 * @param head how many entries it had, and their root
 */
public record Checkpoint(String origin, TreeHead head) {
    private static final int LINES = 3;
    private static final String SIZE = "0|[1-9][0-9]{0,18}";

    public Checkpoint {
        if (origin.isEmpty() || origin.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("'" + origin + "' cannot be the origin of a log");
        }
    }

    /** Signs it by one key or more. */
    public SignedCheckpoint sign(List<SigningKey> keys) {
        return new SignedCheckpoint(this, SignedNote.sign(text(), keys));
    }

    /** The text that is signed. */
    public String text() {
        return origin + "\n" + head.size() + "\n" + head.root().base64() + "\n";
    }

    /** @throws MalformedNoteException when it is none; extension lines are refused too */
    static Checkpoint parse(String text) throws MalformedNoteException {
        String[] lines = text.split("\n", -1);
        if (lines.length != LINES + 1 || lines[0].isEmpty() || !lines[LINES].isEmpty()) {
            throw new MalformedNoteException("Its text is not three lines: origin, size, root");
        }
        if (!lines[1].matches(SIZE)) {
            throw new MalformedNoteException("'" + lines[1] + "' is no size of a tree");
        }
        byte[] root = StrictBase64.decode(lines[2]);
        if (root.length != Hash.BYTES) {
            throw new MalformedNoteException("Its root has " + root.length + " bytes, not " + Hash.BYTES);
        }
        try {
            return new Checkpoint(lines[0], new TreeHead(Long.parseLong(lines[1]), Hash.of(root)));
        } catch (NumberFormatException e) {
            throw new MalformedNoteException("'" + lines[1] + "' is no size of a tree");
        }
    }
}
