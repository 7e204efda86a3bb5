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
package io.nifireplay.services.audit;

import io.nifireplay.audit.held.CheckpointReceiver;
import io.nifireplay.audit.note.MalformedNoteException;
import io.nifireplay.audit.note.SignedCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;

/**
 * The last checkpoint, in the service's own state on this node: beside NiFi and not beside the trail. Whoever cuts the trail,
 * or puts an old copy of its directory back, has left it as it was, and the trail is not opened. It protects nothing against
 * those who can write NiFi's state directory too.
 */
final class CheckpointInState implements CheckpointReceiver {
    static final String TRAIL = "trail";
    static final String VERIFIER_KEY = "verifier key";
    static final String ENTRIES = "entries";
    static final String ROOT = "root";
    static final String CHECKPOINT = "checkpoint";

    private final StateManager states;
    private final String verifierKey;
    private volatile boolean isEnded;

    CheckpointInState(StateManager states, String verifierKey) {
        this.states = states;
        this.verifierKey = verifierKey;
    }

    /** The same for each service, so that two may share a trail. */
    @Override
    public String description() {
        return "the state that NiFi keeps for this service";
    }

    /** When NiFi stops it closes its states before its services: nothing can be kept from then on. */
    void end() {
        isEnded = true;
    }

    @Override
    public void receive(SignedCheckpoint checkpoint) throws IOException {
        if (isEnded) {
            return;
        }
        states.setState(
                Map.of(
                        TRAIL, checkpoint.checkpoint().origin(),
                        VERIFIER_KEY, verifierKey,
                        ENTRIES, Long.toString(checkpoint.head().size()),
                        ROOT, checkpoint.head().root().base64(),
                        CHECKPOINT, new String(checkpoint.bytes(), StandardCharsets.UTF_8)),
                Scope.LOCAL);
    }

    @Override
    public List<SignedCheckpoint> newest() throws IOException {
        String text = states.getState(Scope.LOCAL).get(CHECKPOINT);
        if (text == null) {
            return List.of();
        }
        try {
            return List.of(SignedCheckpoint.parse(text.getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedNoteException e) {
            throw new IOException("it is damaged: " + e.getMessage(), e);
        }
    }
}
