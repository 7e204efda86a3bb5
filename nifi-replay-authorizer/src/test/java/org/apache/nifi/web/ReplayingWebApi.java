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
package org.apache.nifi.web;

import java.util.function.Supplier;

/** Stands where NiFi's web API does, with methods that are named like those of ProvenanceEventResource. */
public final class ReplayingWebApi {
    private ReplayingWebApi() {}

    public static <T> T submitReplay(Supplier<T> authorization) {
        return authorization.get();
    }

    public static <T> T submitReplayLatestEvent(Supplier<T> authorization) {
        Supplier<T> inALambda = () -> {
            T answer = authorization.get();
            return answer;
        };
        return inALambda.get();
    }

    public static <T> T getContent(Supplier<T> authorization) {
        return authorization.get();
    }
}
