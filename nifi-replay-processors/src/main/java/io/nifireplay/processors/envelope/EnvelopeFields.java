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
package io.nifireplay.processors.envelope;

import java.util.Optional;

/**
 * Where the fields of an envelope come from; what is absent comes from the CloudEvents headers.
 *
 * @param strategy where the key comes from
 * @param key the key, for {@link KeyStrategy#EXPRESSION} only
 * @param partition instead of the header ce-partitionkey, which falls back to {@link #DEFAULT_PARTITION}
 * @param id instead of the header ce-id
 * @param source instead of the header ce-source
 * @param type instead of the header ce-type
 * @param time instead of the header ce-time
 * @param sequence instead of the header ce-sequence
 */
public record EnvelopeFields(
        KeyStrategy strategy,
        Optional<Expression> key,
        Optional<Expression> partition,
        Optional<Expression> id,
        Optional<Expression> source,
        Optional<Expression> type,
        Optional<Expression> time,
        Optional<Expression> sequence) {
    public static final String DEFAULT_PARTITION = "default";

    /** All from headers. */
    public static EnvelopeFields fromHeaders(KeyStrategy strategy) {
        return new EnvelopeFields(
                strategy,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
