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
package io.nifireplay.systemtest.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Shows how far the demo has come: on a terminal as a bar that is drawn anew under what was said, else as a line now and
 * then.
 */
final class Progress implements AutoCloseable {
    private static final Duration BAR_INTERVAL = Duration.ofMillis(200);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);
    private static final int WIDTH = 30;
    private static final String CLEAR_LINE = "\r\033[2K";

    private final PrintStream out;
    private final boolean terminal;
    private final int total;
    private final long begin = System.nanoTime();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().unstarted(task));
    private IntSupplier sent = () -> 0;
    private IntSupplier delivered = () -> 0;
    private String lastLine = "";

    /**
     * @param terminal whether the output understands a carriage return
     * @param total how many events are sent and delivered in the end
     */
    Progress(PrintStream out, boolean terminal, int total) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
        Duration interval = terminal ? BAR_INTERVAL : LINE_INTERVAL;
        clock.scheduleAtFixedRate(this::draw, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Begins to count. */
    synchronized void follow(IntSupplier sent, IntSupplier delivered) {
        this.sent = sent;
        this.delivered = delivered;
    }

    /** Says what happens, with the time since the beginning. */
    synchronized void say(String what) {
        if (terminal) {
            out.print(CLEAR_LINE);
        }
        out.println(time() + "  " + what);
        drawBar();
    }

    /** Since the beginning. */
    double seconds() {
        return Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
    }

    /** Takes the bar away. */
    synchronized void end() {
        if (terminal && !clock.isShutdown()) {
            out.print(CLEAR_LINE);
            out.flush();
        }
        clock.shutdownNow();
    }

    @Override
    public void close() {
        end();
    }

    private synchronized void draw() {
        if (clock.isShutdown()) {
            return;
        }
        if (terminal) {
            drawBar();
        } else if (delivered.getAsInt() < total && !counts().equals(lastLine)) {
            lastLine = counts();
            out.println(time() + "  " + lastLine);
        }
    }

    private void drawBar() {
        if (!terminal) {
            return;
        }
        int filled = WIDTH * delivered.getAsInt() / total;
        int begun = Math.max(0, WIDTH * sent.getAsInt() / total - filled);
        out.print(CLEAR_LINE + time() + "  " + "█".repeat(filled) + "▒".repeat(begun)
                + "░".repeat(WIDTH - filled - begun) + "  " + counts());
        out.flush();
    }

    private String counts() {
        return "%,d sent, %,d delivered of %,d".formatted(sent.getAsInt(), delivered.getAsInt(), total);
    }

    private String time() {
        long seconds = (long) seconds();
        return "%d:%02d".formatted(seconds / 60, seconds % 60);
    }
}
