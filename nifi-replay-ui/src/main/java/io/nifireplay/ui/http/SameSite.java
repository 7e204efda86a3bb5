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

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Tells a call of a page or program of ours from one that a foreign page made a browser send. A browser shows its user's
 * client certificate to NiFi whichever page asks; what a foreign page cannot do without NiFi's consent, which NiFi does not
 * give, is to send a header of ours or JSON (Fetch standard, CORS-safelisted requests), or to give itself another origin.
 */
public final class SameSite {
    /** The header that each call which changes something has; its value says nothing. */
    public static final String HEADER = "NiFi-Replay";

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private SameSite() {}

    /** Scheme, host and port that a client sees. */
    private record Origin(String scheme, String host, int port) {
        private static Optional<Origin> of(String text) {
            try {
                URI uri = new URI(text);
                if (uri.getScheme() == null || uri.getHost() == null) {
                    return Optional.empty();
                }
                String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
                int usual = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
                return Optional.of(new Origin(
                        scheme, uri.getHost().toLowerCase(Locale.ROOT), uri.getPort() < 0 ? usual : uri.getPort()));
            } catch (URISyntaxException e) {
                return Optional.empty();
            }
        }
    }

    /**
     * Refuses a call that changes something and does not show where it comes from.
     *
     * @throws Problem when it is no JSON, has not our header, or its Origin is missing or not ours
     */
    public static void require(Call call) throws Problem {
        if (!Objects.equals(call.mediaType().orElse(""), Answer.JSON)) {
            throw new Problem(
                    Problem.Kind.NOT_JSON,
                    "The Content-Type is "
                            + call.mediaType().map(type -> "'" + type + "'").orElse("missing") + ", but must be "
                            + Answer.JSON);
        }
        if (call.header(HEADER).isEmpty()) {
            throw new Problem(Problem.Kind.CROSS_SITE, "The header " + HEADER + " is missing; any value will do");
        }
        Optional<String> origin = call.header("Origin");
        if (origin.isEmpty()) {
            throw new Problem(
                    Problem.Kind.CROSS_SITE, "The header Origin is missing; it must be the address of this NiFi");
        }
        Optional<Origin> own = own(call);
        if (own.isEmpty() || !Origin.of(origin.get()).equals(own)) {
            throw new Problem(
                    Problem.Kind.CROSS_SITE,
                    "The Origin '" + origin.get() + "' is not the address under which this NiFi was called");
        }
    }

    /**
     * The address by which the client knows this NiFi. Behind a proxy that is what the proxy says, in the headers that NiFi
     * itself goes by; a foreign page cannot send those either.
     */
    private static Optional<Origin> own(Call call) {
        Optional<String> host = first(call, "X-ProxyHost", "X-Forwarded-Host");
        if (host.isEmpty()) {
            return call.header("Host").flatMap(direct -> Origin.of(call.scheme() + "://" + direct));
        }
        String scheme = first(call, "X-ProxyScheme", "X-Forwarded-Proto").orElse(call.scheme());
        String port = host.get().matches(".*:[0-9]+")
                ? ""
                : first(call, "X-ProxyPort", "X-Forwarded-Port")
                        .map(number -> ":" + number)
                        .orElse("");
        return Origin.of(scheme + "://" + host.get() + port);
    }

    private static Optional<String> first(Call call, String... headers) {
        for (String header : headers) {
            Optional<String> value = call.header(header).filter(text -> !text.isBlank());
            if (value.isPresent()) {
                // Each proxy on the way appends its own; the first is the client's.
                return value.map(text -> text.split(",", 2)[0].strip());
            }
        }
        return Optional.empty();
    }
}
