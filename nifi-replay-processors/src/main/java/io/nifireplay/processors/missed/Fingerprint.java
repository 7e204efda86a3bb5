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
package io.nifireplay.processors.missed;

import io.nifireplay.journal.missed.Missed;
import io.nifireplay.journal.replay.JobStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What there is to tell, as a digest: the same as long as there is nothing new. */
public final class Fingerprint {
    /** Of nothing missed and nothing done: what nobody needs to be told. */
    public static final String NOTHING = of(Missed.NOTHING, new Healing.NothingToReplay());

    private Fingerprint() {}

    /** Hexadecimal digits. */
    public static String of(Missed missed, Healing healing) {
        StringBuilder text = new StringBuilder();
        missed.counts().forEach((reason, count) -> line(text, reason, count));
        missed.events()
                .forEach(event -> line(text, event.event(), event.generation(), event.attempt(), event.reason()));
        missed.gaps().forEach(gap -> line(text, gap.partition(), gap.from(), gap.to()));
        switch (healing) {
            case Healing.NotAsked ignored -> {
                // Nothing was done.
            }
            case Healing.NothingToReplay ignored -> {
                // Nothing was done.
            }
            case Healing.Proposed proposed ->
                line(text, "proposed", proposed.request().job());
            case Healing.Planned planned ->
                line(text, "planned", planned.request().job());
            case Healing.Refused refused ->
                line(text, "refused", refused.request().job(), refused.why());
            case Healing.Opened opened ->
                line(text, "opened", opened.job().request().job());
            case Healing.Waits waits -> job(text, "waits", waits.job());
            case Healing.TriedBefore tried -> job(text, "tried", tried.job());
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static void job(StringBuilder text, String what, JobStatus job) {
        line(text, what, job.request().job(), job.state());
    }

    private static void line(StringBuilder text, Object... words) {
        for (Object word : words) {
            text.append(word).append('\t');
        }
        text.append('\n');
    }
}
