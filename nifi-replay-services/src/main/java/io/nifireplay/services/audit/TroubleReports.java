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

import io.nifireplay.audit.AuditException;
import io.nifireplay.audit.log.LogListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.nifi.logging.ComponentLog;

/**
 * Tells operators of trouble with a trail's checkpoints in bulletins: at once, and once a minute while the same trouble lasts,
 * since it is tried again each second.
 */
final class TroubleReports implements LogListener {
    static final Duration REPEAT = Duration.ofMinutes(1);

    private final ComponentLog log;
    private final InstantSource clock;
    private Optional<Told> last = Optional.empty();

    private record Told(String message, Instant time) {}

    TroubleReports(ComponentLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void notPublished(AuditException why) {
        tell(why);
    }

    @Override
    public void notHandedOver(AuditException why) {
        tell(why);
    }

    private synchronized void tell(AuditException why) {
        Instant now = clock.instant();
        boolean isKnown = last.filter(told -> told.message().equals(why.getMessage()))
                .filter(told -> now.isBefore(told.time().plus(REPEAT)))
                .isPresent();
        if (!isKnown) {
            last = Optional.of(new Told(why.getMessage(), now));
            log.error("{}", why.getMessage(), why);
        }
    }

    @Override
    public synchronized void recovered() {
        last = Optional.empty();
        log.info("The audit trail's checkpoints are made and handed over again");
    }
}
