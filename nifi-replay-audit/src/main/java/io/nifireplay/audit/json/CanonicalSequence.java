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
package io.nifireplay.audit.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Tells of many JSON values, one after the other, whether each is in the canonical form (RFC 8785), as {@link CanonicalForm}
 * does of one. The entries of a log are alike: what a value has in common with an earlier one that was canonical is compared,
 * which takes a fraction of the time of stepping through it, and only strings and numbers that differ are looked at. For one
 * thread.
 */
public final class CanonicalSequence {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** So many bytes tell which earlier value a value is compared with. */
    private static final int BEGINNING = 3 * Long.BYTES;

    private static final int PATTERNS = 16;
    private static final int MAX_SCALARS = 64;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final Pattern[] patterns = new Pattern[PATTERNS];

    /** A value that was found canonical. */
    private record Pattern(byte[] bytes, int from, int to, Scalars scalars) {
        /** Whether a value is this one but for the contents of strings and numbers, which are canonical, too. */
        boolean fits(byte[] other, int otherFrom, int otherTo) {
            CanonicalForm form = new CanonicalForm(other, otherTo, new Scalars(0));
            int at = from;
            int shift = otherFrom - from;
            int scalar = 0;
            while (true) {
                int common = Arrays.mismatch(bytes, at, to, other, at + shift, otherTo);
                if (common < 0) {
                    return true;
                }
                at += common;
                while (scalar < scalars.count() && scalars.isBefore(scalar, at)) {
                    scalar++;
                }
                if (scalar == scalars.count() || !scalars.reaches(scalar, at)) {
                    return false;
                }
                int start = scalars.start(scalar) + shift;
                if (start >= otherTo) {
                    return false;
                }
                int end = scalars.isString(scalar) ? form.string(start) : form.number(start);
                if (end == CanonicalForm.BAD) {
                    return false;
                }
                at = scalars.end(scalar);
                shift = end - at;
                scalar++;
            }
        }
    }

    /**
     * Whether the bytes in a range are one canonical value, and nothing else. The bytes must not be changed as long as this
     * is used.
     */
    public boolean holds(byte[] bytes, int from, int to) {
        int slot = slot(bytes, from, to);
        Pattern pattern = patterns[slot];
        if (pattern != null && pattern.fits(bytes, from, to)) {
            return true;
        }
        Scalars scalars = new Scalars(MAX_SCALARS);
        boolean holds = new CanonicalForm(bytes, to, scalars).isWhole(from);
        if (holds && scalars.isComplete()) {
            patterns[slot] = new Pattern(bytes, from, to, scalars);
        }
        return holds;
    }

    /** Values that begin alike most often are alike. */
    private static int slot(byte[] bytes, int from, int to) {
        if (to - from < BEGINNING) {
            return 0;
        }
        long mixed = 0;
        for (int at = from; at < from + BEGINNING; at += Long.BYTES) {
            mixed = (mixed ^ (long) LONGS.get(bytes, at)) * SPREAD;
        }
        return (int) (mixed >>> (Long.SIZE - Integer.numberOfTrailingZeros(PATTERNS)));
    }
}
