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

import static org.assertj.core.api.Assertions.assertThat;

import io.nifireplay.audit.AuditException;
import java.time.Instant;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;

class TroubleReportsTest {
    private final MockComponentLog log = new MockComponentLog("trail", this);
    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private final TroubleReports reports = new TroubleReports(log, () -> now);

    @Test
    void tellsAtOnceAndOnceAMinuteWhatIsTriedAgainEachSecond() {
        for (int second = 0; second < 120; second++) {
            reports.notHandedOver(new AuditException("the folder is gone"));
            now = now.plusSeconds(1);
        }

        assertThat(log.getErrorMessages())
                .hasSize(2)
                .allSatisfy(message -> assertThat(message.getMsg()).contains("the folder is gone"));
    }

    @Test
    void tellsOtherTroubleAtOnce() {
        reports.notHandedOver(new AuditException("the folder is gone"));
        reports.notPublished(new AuditException("the disk is full"));

        assertThat(log.getErrorMessages()).hasSize(2);
    }

    @Test
    void tellsThatItIsOverAndWhatComesAfterwards() {
        reports.notHandedOver(new AuditException("the folder is gone"));
        reports.recovered();
        reports.notHandedOver(new AuditException("the folder is gone"));

        assertThat(log.getInfoMessages()).hasSize(1);
        assertThat(log.getErrorMessages()).hasSize(2);
    }
}
