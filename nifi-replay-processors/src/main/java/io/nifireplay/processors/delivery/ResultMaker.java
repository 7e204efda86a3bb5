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
package io.nifireplay.processors.delivery;

import io.nifireplay.journal.delivery.StoredResult;
import io.nifireplay.processors.ReplayAttributes;
import io.nifireplay.processors.content.BatchContents;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.ProcessSession;

/** Makes the result that a completion stores, from the FlowFile that reports it. */
public final class ResultMaker {
    private static final byte[] NOTHING = new byte[0];

    private final StoreResult store;
    private final Optional<Pattern> attributeNames;
    private final int maxContentBytes;

    /**
     * @param attributeNames a regular expression for the whole names of attributes that belong to the result
     * @param maxContentBytes a larger content is left out, as is one that cannot be read, and its size noted in
     *     {@link ReplayAttributes#RESULT_OMITTED}
     */
    public ResultMaker(StoreResult store, Optional<Pattern> attributeNames, int maxContentBytes) {
        this.store = store;
        this.attributeNames = attributeNames;
        this.maxContentBytes = maxContentBytes;
    }

    /** @throws IOException when the content belongs to the result and cannot be read: the rest is {@link #withoutContent} */
    public Optional<StoredResult> of(ProcessSession session, FlowFile flowFile) throws IOException {
        return switch (store) {
            case NO -> Optional.empty();
            case ATTRIBUTES -> Optional.of(new StoredResult(attributes(flowFile), NOTHING));
            case ATTRIBUTES_AND_CONTENT -> Optional.of(withContent(session, flowFile));
        };
    }

    private StoredResult withContent(ProcessSession session, FlowFile flowFile) throws IOException {
        return flowFile.getSize() > maxContentBytes
                ? attributesOnly(flowFile)
                : new StoredResult(attributes(flowFile), BatchContents.readAll(session, flowFile));
    }

    /** What can be stored when the content cannot be read. */
    public Optional<StoredResult> withoutContent(FlowFile flowFile) {
        return store == StoreResult.NO ? Optional.empty() : Optional.of(attributesOnly(flowFile));
    }

    private StoredResult attributesOnly(FlowFile flowFile) {
        Map<String, String> attributes = attributes(flowFile);
        attributes.put(ReplayAttributes.RESULT_OMITTED, Long.toString(flowFile.getSize()));
        return new StoredResult(attributes, NOTHING);
    }

    private Map<String, String> attributes(FlowFile flowFile) {
        Map<String, String> attributes = new HashMap<>();
        attributeNames.ifPresent(names -> flowFile.getAttributes().forEach((name, value) -> {
            // The UUID is another FlowFile's, and replay.* belongs to the attempt: a duplicate must never get its
            // token.
            if (!ReplayAttributes.isOne(name)
                    && !name.equals(CoreAttributes.UUID.key())
                    && names.matcher(name).matches()) {
                attributes.put(name, value);
            }
        }));
        return attributes;
    }
}
