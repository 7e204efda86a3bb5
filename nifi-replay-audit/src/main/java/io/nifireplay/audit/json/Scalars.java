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

/** Where the strings and numbers of a JSON value stand that are no names, in their order. */
final class Scalars {
    private final int[] starts;
    private final int[] ends;
    private final boolean[] strings;
    private int count;
    private boolean isComplete = true;

    /** @param capacity how many are noted */
    Scalars(int capacity) {
        starts = new int[capacity];
        ends = new int[capacity];
        strings = new boolean[capacity];
    }

    void string(int opened, int end) {
        add(opened, end, true);
    }

    void number(int start, int end) {
        add(start, end, false);
    }

    private void add(int start, int end, boolean isString) {
        if (count == starts.length) {
            isComplete = false;
            return;
        }
        starts[count] = start;
        ends[count] = end;
        strings[count] = isString;
        count++;
    }

    int count() {
        return count;
    }

    /** Whether all were noted. */
    boolean isComplete() {
        return isComplete;
    }

    /** Where one begins: a string with its quote. */
    int start(int scalar) {
        return starts[scalar];
    }

    /** Where the first byte behind one stands. */
    int end(int scalar) {
        return ends[scalar];
    }

    boolean isString(int scalar) {
        return strings[scalar];
    }

    /** Whether one is over before a place. */
    boolean isBefore(int scalar, int at) {
        return starts[scalar] < at && !reaches(scalar, at);
    }

    /**
     * Whether bytes that are another value's from a place on, and the same before it, may differ in this scalar alone: in a
     * string between its quotes or at the closing one, in a number at a digit or where it ends.
     */
    boolean reaches(int scalar, int at) {
        return strings[scalar] ? starts[scalar] < at && at < ends[scalar] : starts[scalar] <= at && at <= ends[scalar];
    }
}
