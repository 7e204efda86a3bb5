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
package io.nifireplay.audit.tiles;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of a tile or an entry bundle below the log's directory: {@code tile/<level>/<index>[.p/<width>]} or {@code
 * tile/entries/<index>[.p/<width>]}, the index in groups of three digits with an {@code x} before all but the last.
 *
 * @param level of the tile, 0 to 7 in a tree that a long can count; {@link #ENTRIES} for an entry bundle
 * @param index of the tile in its level
 * @param width how many hashes or entries it has, 1 to 256; 256 is a full one
 */
public record TilePath(int level, long index, int width) {
    /** Hashes in a full tile, entries in a full bundle. */
    public static final int FULL = 256;
    /** In place of a level: the entries themselves. */
    public static final int ENTRIES = -1;
    /** Levels that a tree of up to 2^63 entries can have. */
    public static final int LEVELS = 8;
    /** A tile is a subtree of this height. */
    public static final int HEIGHT = 8;

    private static final Pattern PATH =
            Pattern.compile("tile/(entries|[0-7])/((?:x[0-9]{3}/)*[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");
    private static final int GROUP = 1000;
    private static final int MAX_DIGITS = 18;

    public TilePath {
        if (level < ENTRIES || level >= LEVELS || index < 0 || width < 1 || width > FULL) {
            throw new IllegalArgumentException(
                    "There is no tile " + index + " of width " + width + " in level " + level);
        }
    }

    public static TilePath full(int level, long index) {
        return new TilePath(level, index, FULL);
    }

    /** Reads a path, empty when it is none, or not written as {@link #toString} writes it. */
    public static Optional<TilePath> parse(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int level = matcher.group(1).equals("entries") ? ENTRIES : Integer.parseInt(matcher.group(1));
        String digits = matcher.group(2).replace("x", "").replace("/", "");
        int width = matcher.group(3) == null ? FULL : Integer.parseInt(matcher.group(3));
        if (digits.length() > MAX_DIGITS || width > FULL || (width == FULL && matcher.group(3) != null)) {
            return Optional.empty();
        }
        TilePath parsed = new TilePath(level, Long.parseLong(digits), width);
        return parsed.toString().equals(path) ? Optional.of(parsed) : Optional.empty();
    }

    public boolean isFull() {
        return width == FULL;
    }

    public boolean isEntries() {
        return level == ENTRIES;
    }

    /** The same tile with another width. */
    public TilePath withWidth(int other) {
        return new TilePath(level, index, other);
    }

    /** How many hashes a level has in a tree of a size: roots of full tiles of the level below, or leaves. */
    public static long hashes(int level, long size) {
        return level <= 0 ? size : size >>> (HEIGHT * level);
    }

    /** The path, without a leading slash. */
    @Override
    public String toString() {
        StringBuilder path = new StringBuilder(32).append("tile/");
        if (isEntries()) {
            path.append("entries/");
        } else {
            path.append(level).append('/');
        }
        long power = 1;
        while (power <= index / GROUP) {
            power *= GROUP;
        }
        for (; power > 0; power /= GROUP) {
            int group = (int) (index / power % GROUP);
            path.append(power > 1 ? "x" : "")
                    .append((char) ('0' + group / 100))
                    .append((char) ('0' + group / 10 % 10))
                    .append((char) ('0' + group % 10))
                    .append(power > 1 ? "/" : "");
        }
        return isFull() ? path.toString() : path.append(".p/").append(width).toString();
    }
}
