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
package io.nifireplay.services.coordination;

import io.nifireplay.journal.governance.ErrorBudget;
import io.nifireplay.services.settings.Choice;

/** What happens to a job that is above its error budget. */
public enum BudgetAction implements Choice {
    PAUSE("pause", "The job pauses; a person resumes or aborts it.", ErrorBudget.Action.PAUSE),
    ABORT("abort", "The job ends for good.", ErrorBudget.Action.ABORT);

    private final Words words;
    private final ErrorBudget.Action action;

    BudgetAction(String value, String description, ErrorBudget.Action action) {
        words = new Words(value, description);
        this.action = action;
    }

    ErrorBudget.Action action() {
        return action;
    }

    @Override
    public Words words() {
        return words;
    }
}
