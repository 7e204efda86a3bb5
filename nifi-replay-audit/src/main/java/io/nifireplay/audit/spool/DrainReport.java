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
package io.nifireplay.audit.spool;

import java.util.List;

/**
 * What a drain did.
 *
 * @param refusals how many refusals are in the trail now, equal ones that were counted together each counted
 * @param missing how many are there only as a number, since nobody recorded them or their records could not be read
 * @param problems what a person should look at: what happened, and what to do; each is told once while it lasts
 */
public record DrainReport(long refusals, long missing, List<String> problems) {
    public DrainReport {
        problems = List.copyOf(problems);
    }
}
