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
package io.nifireplay.reporting.provenance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which FlowFiles carry an event together: what NiFi has cloned, split or merged, as its CLONE, FORK and JOIN events say.
 * FlowFiles that stay single, as most do, take no memory. What was seen is not kept over a restart.
 */
final class Families {
    /** How many FlowFiles are known at most; those that were heard of the longest ago are forgotten first. */
    static final int MAX_FLOW_FILES = 100_000;

    private final int maxFlowFiles;
    private final LinkedHashMap<String, List<Family>> byFlowFile = new LinkedHashMap<>(16, 0.75F, true);

    /** FlowFiles that carry an event together. */
    private static final class Family {
        private final Set<String> alive = new HashSet<>();
        private Optional<JournalToken> event = Optional.empty();
        private boolean isCopy;
    }

    /**
     * What is left of an event without one of its FlowFiles.
     *
     * @param isCopy whether all of it comes from a Replay of a FlowFile that the journal had admitted
     * @param othersAlive whether others carry the event on
     */
    record Left(JournalToken event, boolean isCopy, boolean othersAlive) {}

    Families() {
        this(MAX_FLOW_FILES);
    }

    Families(int maxFlowFiles) {
        this.maxFlowFiles = maxFlowFiles;
    }

    /**
     * FlowFiles were made of others.
     *
     * @param event what the parent carries, as far as it says so
     */
    void grow(List<String> parents, List<String> children, Optional<JournalToken> event) {
        for (String parent : parents) {
            List<Family> families = byFlowFile.get(parent);
            if (families == null) {
                families = List.of(join(parent, new Family()));
            }
            for (Family family : families) {
                if (parents.size() == 1 && families.size() == 1) {
                    family.event = event.or(() -> family.event);
                }
                children.forEach(child -> join(child, family));
            }
        }
    }

    /** A FlowFile that a Replay made of one with a token: the event has its own FlowFile besides. */
    void copied(String child, JournalToken event) {
        Family family = new Family();
        family.isCopy = true;
        family.event = Optional.of(event);
        join(child, family);
    }

    /**
     * What a FlowFile would leave behind if it ended now: one for each event that it is known to carry.
     *
     * @param own the event that it carries, as far as it says so
     */
    List<Left> without(String flowFile, Optional<JournalToken> own) {
        List<Family> families = byFlowFile.getOrDefault(flowFile, List.of());
        List<Left> left = new ArrayList<>();
        own.ifPresent(event -> {
            // Before an admission FlowFiles may have been merged, too: such families carry no event.
            List<Family> ofEvent = families.stream()
                    .filter(family -> family.event.map(event::equals).orElse(true))
                    .toList();
            left.add(new Left(
                    event,
                    ofEvent.stream().anyMatch(family -> family.isCopy),
                    ofEvent.stream().anyMatch(family -> family.alive.size() > 1)));
        });
        for (Family family : families) {
            family.event
                    .filter(event -> !own.equals(Optional.of(event)))
                    .ifPresent(event -> left.add(new Left(event, family.isCopy, family.alive.size() > 1)));
        }
        return left;
    }

    /**
     * A FlowFile has ended.
     *
     * @param event what it carried, as far as it said so
     */
    void end(String flowFile, Optional<JournalToken> event) {
        List<Family> families = Optional.ofNullable(byFlowFile.remove(flowFile)).orElse(List.of());
        for (Family family : families) {
            family.alive.remove(flowFile);
            if (families.size() == 1 && event.isPresent()) {
                family.event = event;
            }
        }
    }

    /** Whether it is known to carry an event together with others. */
    boolean knows(String flowFile) {
        return byFlowFile.containsKey(flowFile);
    }

    private Family join(String flowFile, Family family) {
        if (family.alive.add(flowFile)) {
            byFlowFile.computeIfAbsent(flowFile, unknown -> new ArrayList<>(1)).add(family);
            if (byFlowFile.size() > maxFlowFiles) {
                // It stays alive in its families, for all that is known: the others are never the last ones.
                byFlowFile.pollFirstEntry();
            }
        }
        return family;
    }
}
