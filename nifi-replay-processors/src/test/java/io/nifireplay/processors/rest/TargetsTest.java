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
package io.nifireplay.processors.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nifireplay.processors.rest.StubNiFi.Answer;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The JournalEvents of a process group, when nobody has listed any. */
class TargetsTest {
    private static final String GROUP = "/process-groups/g1/processors";

    @Test
    void areTheJournalEventsOfTheGroupThatUseTheSameJournal() throws Exception {
        assertThat(inGroup("""
                {"processors": [
                  {"id": "p1", "component": {"type": "JournalEvent", "config": {"properties": {"Event Journal": "s1"}}}},
                  {"id": "p2", "component": {"type": "JournalEvent", "config": {"properties": {"Event Journal": "s2"}}}},
                  {"id": "p3", "component": {"type": "GuardDelivery", "config": {"properties": {"Event Journal": "s1"}}}},
                  {"id": "p4", "component": {"type": "JournalEvent", "config": {"properties": {"Event Journal": "s1"}}}}]}
                """)).containsExactly("p1", "p4");
    }

    @Test
    void areAskedForInWordsWhereThereIsNone() {
        assertThatThrownBy(() -> inGroup("{\"processors\": []}"))
                .isInstanceOf(NiFiApiException.class)
                .hasMessageContaining("Process group g1")
                .hasMessageContaining("JournalEvent Processors");
    }

    @Test
    void areNotGuessedWhereOneMayNotBeSeen() {
        assertThatThrownBy(() -> inGroup("{\"processors\": [{\"id\": \"hidden\"}]}"))
                .isInstanceOf(MissingPolicyException.class)
                .hasMessageContaining("/processors/hidden");
    }

    @Test
    void needTheRightToSeeTheGroup() {
        assertThatThrownBy(() -> inGroup(Answer.of(403, "no")))
                .isInstanceOf(MissingPolicyException.class)
                .hasMessageContaining("/process-groups/g1");
    }

    private static Set<String> inGroup(String processors) throws Exception {
        return inGroup(Answer.of(200, processors));
    }

    private static Set<String> inGroup(Answer answer) throws Exception {
        try (StubNiFi nifi = new StubNiFi(
                        (method, path, body) -> path.equals(GROUP) ? answer : Answer.of(404, "no such path"));
                NiFiApi api = nifi.api()) {
            return new Targets(api, "", "JournalEvent").inGroup("g1", "Event Journal", "s1");
        }
    }
}
