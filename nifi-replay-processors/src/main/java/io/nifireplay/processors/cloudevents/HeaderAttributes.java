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
package io.nifireplay.processors.cloudevents;

import java.util.Map;
import java.util.Optional;

/**
 * The HTTP headers that identify an event, as NiFi's attributes have them: {@code ce-id} and so on and
 * {@code Idempotency-Key}, in any case, as they are or with the {@code http.headers.} that HandleHttpRequest puts before
 * them. An attribute without that prefix, which the flow may have set itself, goes before one with it.
 *
 * <p>Values are as they came; {@link HeaderValue} decodes them.
 */
public final class HeaderAttributes {
    /** The headers that are looked for. */
    public enum Header {
        ID("ce-id"),
        SOURCE("ce-source"),
        TYPE("ce-type"),
        TIME("ce-time"),
        PARTITION_KEY("ce-partitionkey"),
        SEQUENCE("ce-sequence"),
        IDEMPOTENCY_KEY("idempotency-key");

        private final String headerName;

        Header(String headerName) {
            this.headerName = headerName;
        }

        /** In lower case. */
        public String headerName() {
            return headerName;
        }
    }

    private static final String HTTP_PREFIX = "http.headers.";
    private static final int HTTP_PREFIX_LENGTH = HTTP_PREFIX.length();
    private static final Header[] HEADERS = Header.values();

    private final String[] plain = new String[HEADERS.length];
    private final String[] prefixed = new String[HEADERS.length];
    private int plainAmbiguous;
    private int prefixedAmbiguous;

    private HeaderAttributes() {}

    /** Looks through the attributes of a FlowFile, once. */
    public static HeaderAttributes of(Map<String, String> attributes) {
        HeaderAttributes found = new HeaderAttributes();
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            found.look(attribute.getKey(), attribute.getValue());
        }
        return found;
    }

    /**
     * A header's value as it came, empty when there is none.
     *
     * @throws MalformedHeaderException when it is there in several spellings with different values
     */
    public Optional<String> raw(Header header) throws MalformedHeaderException {
        int index = header.ordinal();
        boolean isPlain = plain[index] != null;
        if (((isPlain ? plainAmbiguous : prefixedAmbiguous) & (1 << index)) != 0) {
            throw new MalformedHeaderException(
                    "The header " + header.headerName() + " is there more than once, with different values");
        }
        return Optional.ofNullable(isPlain ? plain[index] : prefixed[index]);
    }

    /**
     * A CloudEvents header's value, decoded; empty when there is none or it is blank.
     *
     * @throws MalformedHeaderException when it cannot be decoded, or is there with different values
     */
    public Optional<String> cloudEvent(Header header) throws MalformedHeaderException {
        Optional<String> raw = raw(header);
        if (raw.isEmpty()) {
            return raw;
        }
        String value = HeaderValue.cloudEvent(header.headerName(), raw.get());
        return value.isBlank() ? Optional.empty() : Optional.of(value);
    }

    private void look(String name, String value) {
        int length = name.length();
        if (length >= "ce-id".length() && isFirst(name, 0)) {
            int header = header(name, 0, length);
            if (header >= 0) {
                plainAmbiguous |= put(plain, header, value);
            }
        } else if (length > HTTP_PREFIX_LENGTH && name.startsWith(HTTP_PREFIX) && isFirst(name, HTTP_PREFIX_LENGTH)) {
            int header = header(name, HTTP_PREFIX_LENGTH, length - HTTP_PREFIX_LENGTH);
            if (header >= 0) {
                prefixedAmbiguous |= put(prefixed, header, value);
            }
        }
    }

    /** Whether a header that is looked for may begin here: nearly all attributes end with this question. */
    private static boolean isFirst(String name, int offset) {
        int letter = name.charAt(offset) | 0x20;
        return letter == 'c' || letter == 'i';
    }

    private static int header(String name, int offset, int length) {
        for (Header header : HEADERS) {
            if (header.headerName.length() == length
                    && header.headerName.regionMatches(true, 0, name, offset, length)) {
                return header.ordinal();
            }
        }
        return -1;
    }

    private static int put(String[] values, int index, String value) {
        boolean differs = values[index] != null && !values[index].equals(value);
        values[index] = value;
        return differs ? 1 << index : 0;
    }
}
