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

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which new events jobs hold back, by partition, and how many they are: what each event that comes asks for costs as much as
 * jobs hold its partition, and not as many partitions as are held. For the one thread that commits.
 */
final class HeldEvents {
    private final Map<Long, Job> jobs = new TreeMap<>();
    /** By partition and the number of the job: the last position before the events that it holds. */
    private final Map<Integer, Map<Long, Long>> heads = new HashMap<>();

    private long count;

    /** @param from of each partition the last position before the events that are held */
    void hold(Partitions partitions, Job job, Map<Integer, Long> from) {
        jobs.put(job.number(), job);
        from.forEach((number, head) -> {
            count -= held(partitions, number);
            heads.computeIfAbsent(number, absent -> new TreeMap<>()).put(job.number(), head);
            count += held(partitions, number);
        });
    }

    /** The job holds nothing any more. */
    void release(Partitions partitions, Job job) {
        if (jobs.remove(job.number()) == null) {
            return;
        }
        for (Integer number : List.copyOf(heads.keySet())) {
            count -= held(partitions, number);
            heads.get(number).remove(job.number());
            heads.computeIfPresent(number, (key, left) -> left.isEmpty() ? null : left);
            count += held(partitions, number);
        }
    }

    /** How many events lie in a partition behind the first head of a job that holds it. */
    private long held(Partitions partitions, int number) {
        return heads.getOrDefault(number, Map.of()).values().stream()
                .mapToLong(head -> partitions.get(number).head() - head)
                .max()
                .orElse(0);
    }

    /** An event that is new was given a place. */
    void appended(Place place) {
        if (heads.containsKey(place.partition())) {
            count++;
        }
    }

    /** How many new events were admitted in partitions where they are held. */
    long count() {
        return count;
    }

    /** The jobs that hold events, the oldest first. */
    Collection<Job> jobs() {
        return jobs.values();
    }

    /** The jobs that hold the event of a place, the oldest first. */
    List<Job> behind(Place place) {
        return heads.getOrDefault(place.partition(), Map.of()).entrySet().stream()
                .filter(head -> place.position() > head.getValue())
                .map(head -> jobs.get(head.getKey()))
                .toList();
    }
}
