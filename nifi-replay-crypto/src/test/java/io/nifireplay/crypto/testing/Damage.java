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
package io.nifireplay.crypto.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Damages bytes as a disk, a program that goes wrong, or an adversary may. */
public final class Damage {
    private static final int[] TELLING_LENGTHS = {
        0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 65_535, 65_536, 65_537, 1 << 30, 0x8001_0000, 0x8001_0001
    };

    private Damage() {}

    /** One to three kinds of damage, one after the other. */
    public static byte[] of(byte[] whole, Random random) {
        byte[] damaged = whole;
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            damaged = once(damaged, random);
        }
        return damaged;
    }

    private static byte[] once(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, span(random));
        int to = random.nextInt(bytes.length);
        return switch (random.nextInt(8)) {
            case 0 -> flip(bytes, at, random);
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> splice(bytes, at, at + length, new byte[0]);
            case 3 -> splice(bytes, at, at, random(length, random));
            case 4 -> splice(bytes, at, at + length, random(length, random));
            case 5 -> splice(bytes, to, to, Arrays.copyOfRange(bytes, at, at + length));
            case 6 ->
                splice(bytes, to, Math.min(bytes.length, to + length), Arrays.copyOfRange(bytes, at, at + length));
            default -> overwriteWithALength(bytes, at, random);
        };
    }

    /** Mostly short, at times long. */
    private static int span(Random random) {
        return 1 + random.nextInt(random.nextInt(4) == 0 ? 70_000 : 60);
    }

    private static byte[] flip(byte[] bytes, int at, Random random) {
        byte[] result = bytes.clone();
        result[at] ^= (byte) (1 + random.nextInt(255));
        return result;
    }

    private static byte[] overwriteWithALength(byte[] bytes, int at, Random random) {
        byte[] result = Arrays.copyOf(bytes, Math.max(bytes.length, at + Integer.BYTES));
        ByteBuffer.wrap(result).putInt(at, TELLING_LENGTHS[random.nextInt(TELLING_LENGTHS.length)]);
        return result;
    }

    private static byte[] random(int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] splice(byte[] whole, int from, int to, byte[] instead) {
        byte[] result = Arrays.copyOf(whole, from + instead.length + whole.length - to);
        System.arraycopy(instead, 0, result, from, instead.length);
        System.arraycopy(whole, to, result, from + instead.length, whole.length - to);
        return result;
    }
}
