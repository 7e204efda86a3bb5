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
package io.nifireplay.ui;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nifireplay.ui.http.Answer;
import io.nifireplay.ui.http.Call;
import io.nifireplay.ui.http.Problem;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.nifi.web.NiFiWebConfigurationContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands HTTP requests to the API and its answers back. */
public final class ApiServlet extends HttpServlet {
    /** A replay of 10,000 named events is less. */
    static final int MAX_BODY_BYTES = 1 << 20;

    private static final long serialVersionUID = 1L;
    private static final String NIFI = "nifi-web-configuration-context";
    private static final Logger LOG = LoggerFactory.getLogger(ApiServlet.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        write(answer(request), response);
    }

    private Answer answer(HttpServletRequest request) throws IOException {
        // NiFi sets it after it has started its pages, so not in init().
        if (!(getServletContext().getAttribute(NIFI) instanceof NiFiWebConfigurationContext nifi)) {
            return new Problem(Problem.Kind.FAILED, "NiFi has not finished its start; try again").answer();
        }
        try {
            Call call = call(request);
            return new ReplayApi(new NiFiCoordinators(nifi, call.scheme()), InstantSource.system()).answer(call);
        } catch (Problem e) {
            return e.answer();
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
            return new Problem(Problem.Kind.FAILED, "It failed in a way that was not foreseen; NiFi's log has more")
                    .answer();
        }
    }

    private static Call call(HttpServletRequest request) throws IOException, Problem {
        byte[] body = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new Problem(Problem.Kind.TOO_LARGE, "The body has more than " + MAX_BODY_BYTES + " bytes");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name, String.join(",", Collections.list(request.getHeaders(name))));
        }
        String path = request.getPathInfo() == null ? "" : request.getPathInfo().substring(1);
        List<String> segments = Arrays.asList(path.split("/"));
        return new Call(request.getMethod(), request.getScheme(), segments, headers, body);
    }

    private static void write(Answer answer, HttpServletResponse response) throws IOException {
        response.setStatus(answer.status());
        response.setContentType(answer.mediaType());
        answer.headers().forEach(response::setHeader);
        byte[] body = JSON.writeValueAsBytes(answer.body());
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
