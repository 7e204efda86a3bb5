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
package io.nifireplay.ui.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Why a call was not done, as RFC 9457 writes it: a type for programs, words for people. */
public final class Problem extends Exception {
    private static final long serialVersionUID = 1L;
    private static final String MEDIA_TYPE = "application/problem+json";

    private final Kind kind;

    /** The kinds, each with its HTTP status. */
    public enum Kind {
        MALFORMED(400, "malformed-request", "The request cannot be understood"),
        NOT_PERMITTED(403, "not-permitted", "Not permitted"),
        CROSS_SITE(403, "cross-site", "The request does not show that it comes from this site"),
        NOT_FOUND(404, "not-found", "Not found"),
        METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed"),
        NOT_ENABLED(409, "not-enabled", "The coordinator is not enabled"),
        CONFLICT(409, "conflict", "Not possible as things stand"),
        STALE_VERSION(412, "stale-version", "The job was changed meanwhile"),
        TOO_LARGE(413, "too-large", "The request is too large"),
        NOT_JSON(415, "not-json", "The request is no JSON"),
        VERSION_MISSING(428, "version-missing", "The request does not say which version of the job it means"),
        FAILED(500, "failed", "It failed");

        private final int status;
        private final String type;
        private final String title;

        Kind(int status, String type, String title) {
            this.status = status;
            this.type = "urn:nifi-replay:problem:" + type;
            this.title = title;
        }

        public int status() {
            return status;
        }

        /** A URI. */
        public String type() {
            return type;
        }
    }

    /** @param detail for people: what is wrong with this call, and what to do */
    public Problem(Kind kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public Answer answer() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", kind.type);
        body.put("title", kind.title);
        body.put("status", kind.status);
        body.put("detail", getMessage());
        return new Answer(kind.status, MEDIA_TYPE, Map.of(), body);
    }
}
