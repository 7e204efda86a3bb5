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
package io.nifireplay.systemtest.instance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority of the test's own, with a PKCS12 key store for each identity that asks for one. Everything lies in one
 * folder and is found there again after a restart.
 */
public final class Certificates {
    /** Of every store here: these keys protect nothing but a test on loopback. */
    public static final String PASSWORD = "only-for-tests";

    private static final String AUTHORITY = "CN=NiFi Replay tests";
    private static final String ALIAS = "key";

    private final Path directory;

    /** Uses the authority in a folder, or makes one there. */
    public Certificates(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
            if (!Files.exists(trustStore())) {
                makeAuthority();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write certificates to " + directory, e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("Cannot make a certificate authority", e);
        }
    }

    /** The store that trusts this authority and nobody else. */
    public Path trustStore() {
        return directory.resolve("truststore.p12");
    }

    /** The key store of an identity such as {@code CN=operator}; made at the first call. Valid for loopback. */
    public Path keyStore(String identity) {
        Path store = directory.resolve(identity.replaceAll("[^A-Za-z0-9]+", "-") + ".p12");
        try {
            if (!Files.exists(store)) {
                KeyStore authority = read(directory.resolve("authority.p12"));
                PrivateKey signer = (PrivateKey) authority.getKey(ALIAS, PASSWORD.toCharArray());
                Certificate issuer = authority.getCertificate(ALIAS);
                KeyPair keys = newKeys();
                X509Certificate certificate = certificate(identity, keys, signer, false);
                write(store, keys.getPrivate(), certificate, issuer);
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + store, e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("Cannot make a certificate for " + identity, e);
        }
    }

    /** A TLS context that shows this identity and trusts this authority. */
    public SSLContext context(String identity) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(read(keyStore(identity)), PASSWORD.toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(read(trustStore()));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the certificates in " + directory, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot use the certificate of " + identity, e);
        }
    }

    private void makeAuthority() throws GeneralSecurityException, OperatorCreationException, IOException {
        KeyPair keys = newKeys();
        X509Certificate certificate = certificate(AUTHORITY, keys, keys.getPrivate(), true);
        write(directory.resolve("authority.p12"), keys.getPrivate(), certificate);

        KeyStore trust = empty();
        trust.setCertificateEntry("authority", certificate);
        save(trust, trustStore());
    }

    private static X509Certificate certificate(String subject, KeyPair keys, PrivateKey signer, boolean authority)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Principal(AUTHORITY),
                new BigInteger(64, new SecureRandom()),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(30))),
                new X500Principal(subject),
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (!authority) {
            GeneralNames loopback = new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            });
            builder.addExtension(Extension.subjectAlternativeName, false, loopback);
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static void write(Path file, PrivateKey key, Certificate... chain)
            throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry(ALIAS, key, PASSWORD.toCharArray(), chain);
        save(store, file);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void save(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private static KeyStore read(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
