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

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS, to a server that notes who asks. */
class NiFiApiTest {
    private static final String PASSWORD = "a password";

    @TempDir
    Path directory;

    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private SSLContext tls;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        tls = selfSigned(directory.resolve("server.p12"));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/nifi-api", exchange -> {
            exchange.getRequestBody().readAllBytes();
            authorizations.add(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse("none"));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void sendsTheTokenWithEachRequest() throws Exception {
        try (NiFiApi api = new NiFiApi(url(), Optional.of(tls), Optional.of("a.token"))) {
            api.get("/flow/about");
            api.post("/provenance", List.of());
            api.delete("/provenance/1");
        }
        assertThat(authorizations).hasSize(3).allMatch("Bearer a.token"::equals);
    }

    @Test
    void sendsNoneWithoutOne() throws Exception {
        try (NiFiApi api = new NiFiApi(url(), Optional.of(tls), Optional.empty())) {
            assertThat(api.get("/flow/about").isSuccess()).isTrue();
        }
        assertThat(authorizations).containsExactly("none");
    }

    @Test
    void givesTheTokenToNobodyWhomItDoesNotTrust() throws Exception {
        SSLContext trustsOthers = selfSigned(directory.resolve("other.p12"));
        try (NiFiApi api = new NiFiApi(url(), Optional.of(trustsOthers), Optional.of("a.token"))) {
            assertThatThrownBy(() -> api.get("/flow/about")).isInstanceOf(SSLHandshakeException.class);
        }
        assertThat(authorizations).isEmpty();
    }

    private URI url() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/nifi-api");
    }

    /** A context with a certificate that trusts nothing but itself. */
    private static SSLContext selfSigned(Path file) throws IOException, GeneralSecurityException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling(file.getFileName() + ".log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
