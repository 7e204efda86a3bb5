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
package io.nifireplay.journal.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.journal.JournalException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogSyncTest {
    private final List<Long> durable = new ArrayList<>();
    private int syncs;
    private boolean broken;
    private final LogSync logSync = new LogSync(this::sync, durable::add);

    private void sync() {
        syncs++;
        if (broken) {
            throw new JournalException("The disk is gone");
        }
    }

    @Test
    void oneSyncServesAllThatWasWrittenBefore() {
        LogSync.Write first = logSync.wrote(10);
        LogSync.Write second = logSync.wrote(20);

        logSync.await(first);
        logSync.await(second);

        assertThat(syncs).isEqualTo(1);
        assertThat(durable).containsExactly(20L);
        assertThat(second.isDurable()).isTrue();
    }

    @Test
    void whatIsWrittenAfterASyncNeedsAnother() {
        logSync.await(logSync.wrote(10));
        LogSync.Write later = logSync.wrote(20);

        assertThat(later.isDurable()).isFalse();
        logSync.await(later);

        assertThat(durable).containsExactly(10L, 20L);
    }

    @Test
    void whoChangesNothingWaitsForTheLatestWrite() {
        assertThat(logSync.last().isDurable()).isTrue();

        LogSync.Write write = logSync.wrote(10);

        assertThat(logSync.last()).isSameAs(write);
    }

    @Test
    void aFailedSyncLosesAllThatItWasFor() {
        LogSync.Write first = logSync.wrote(10);
        LogSync.Write second = logSync.wrote(20);
        broken = true;

        assertThatThrownBy(() -> logSync.await(second)).hasMessage("The disk is gone");

        assertThatThrownBy(() -> logSync.await(first)).isInstanceOf(JournalException.class);
        assertThat(durable).isEmpty();
    }

    @Test
    void whatWasLostStaysLostWhenLaterWritesAreDurable() {
        LogSync.Write lost = logSync.wrote(10);
        logSync.lost();
        assertThat(logSync.last().isDurable()).isTrue();

        logSync.await(logSync.wrote(11));

        assertThatThrownBy(() -> logSync.await(lost)).isInstanceOf(JournalException.class);
    }

    @Test
    void whatSomethingElseHasSyncedNeedsNoSync() {
        LogSync.Write write = logSync.wrote(10);

        logSync.settled();

        assertThat(write.isDurable()).isTrue();
        assertThat(syncs).isZero();
    }
}
