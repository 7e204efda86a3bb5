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
package io.nifireplay.journal.replay;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who has which partitions. Jobs stand in one line, by their turns; a job has all its partitions as soon as nobody before
 * it in the line wants any of them, and none until then. So no two jobs have one partition, a job never holds some while
 * it waits for others, nobody can be overtaken, and, since everybody waits for somebody before him only, nobody waits for
 * ever. Nothing but the line itself needs to be remembered over a restart. Not thread-safe.
 */
public final class PartitionLocks {
    /** For each partition who wants it, by turn. */
    private final Map<String, NavigableMap<Long, String>> lines = new HashMap<>();

    private final NavigableMap<Long, List<String>> wanted = new TreeMap<>();
    /** What was found out since the line changed. */
    private final Map<Long, Optional<JobWait>> found = new HashMap<>();

    /**
     * A job joins the line.
     *
     * @param turn its place, which no other has; of those that join later it is higher
     * @param job its id
     * @param partitions the names of those that it wants
     */
    public void enter(long turn, String job, Collection<String> partitions) {
        leave(turn);
        List<String> names = List.copyOf(new TreeSet<>(partitions));
        wanted.put(turn, names);
        names.forEach(
                name -> lines.computeIfAbsent(name, absent -> new TreeMap<>()).put(turn, job));
        found.clear();
    }

    /** The job of a turn wants nothing any more; whether it stood in the line. */
    public boolean leave(long turn) {
        List<String> names = wanted.remove(turn);
        if (names == null) {
            return false;
        }
        for (String name : names) {
            NavigableMap<Long, String> line = lines.get(name);
            line.remove(turn);
            if (line.isEmpty()) {
                lines.remove(name);
            }
        }
        found.clear();
        return true;
    }

    /** For whom the job of a turn waits; empty when it has its partitions, and when it does not stand in the line. */
    public Optional<JobWait> waitsFor(long turn) {
        return found.computeIfAbsent(turn, this::find);
    }

    private Optional<JobWait> find(long turn) {
        for (String name : wanted.getOrDefault(turn, List.of())) {
            NavigableMap<Long, String> line = lines.get(name);
            if (line.firstKey() < turn) {
                return Optional.of(new JobWait(line.firstEntry().getValue(), name));
            }
        }
        return Optional.empty();
    }
}
