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
package io.nifireplay.reporting.provenance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.audit.Appended;
import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.AuditTrail;
import io.nifireplay.audit.AuditTrailStatus;
import io.nifireplay.audit.entry.AuditEntry;
import io.nifireplay.audit.log.LogOptions;
import io.nifireplay.audit.log.SharedLogs;
import io.nifireplay.audit.note.SignedCheckpoint;
import io.nifireplay.audit.note.SigningKey;
import io.nifireplay.audit.tiles.EntryBundle;
import io.nifireplay.audit.tiles.MalformedTileException;
import io.nifireplay.audit.tiles.TileDirectory;
import io.nifireplay.audit.tiles.TilePath;
import io.nifireplay.audit.tiles.TileReading;
import io.nifireplay.audit.tiles.TileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** A real audit trail that a test can read, and whose disk it can let be full. */
public final class TestTrail implements AuditTrail {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final SharedLogs.Lease lease;
    private boolean isFull;
    private int appends;

    public TestTrail(Path directory) {
        this.directory = directory;
        lease = SharedLogs.acquire(
                LogOptions.defaults(directory, SigningKey.generate("example.com/audit/test", new SecureRandom())));
    }

    public void full(boolean full) {
        isFull = full;
    }

    int appends() {
        return appends;
    }

    /** All entries, in their order. */
    public List<JsonNode> entries() {
        long size = checkpoint().checkpoint().head().size();
        TileStore files = new TileDirectory(directory.resolve("log"));
        List<JsonNode> entries = new ArrayList<>();
        try {
            for (long first = 0; first < size; first += TilePath.FULL) {
                int width = (int) Math.min(TilePath.FULL, size - first);
                EntryBundle bundle =
                        TileReading.entries(files, new TilePath(TilePath.ENTRIES, first / TilePath.FULL, width));
                for (int i = 0; i < width; i++) {
                    entries.add(JSON.readTree(bundle.entry(i)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MalformedTileException e) {
            throw new IllegalStateException(e);
        }
        return entries;
    }

    @Override
    public Appended append(List<? extends AuditEntry> entries) {
        if (isFull) {
            throw new AuditException("The disk of the audit trail is full: free some space");
        }
        appends++;
        return lease.trail().append(entries);
    }

    @Override
    public SignedCheckpoint checkpoint() {
        return lease.trail().checkpoint();
    }

    @Override
    public AuditTrailStatus status() {
        return lease.trail().status();
    }

    @Override
    public void close() {
        lease.close();
    }
}
