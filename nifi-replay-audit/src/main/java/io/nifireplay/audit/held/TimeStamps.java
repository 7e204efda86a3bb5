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
package io.nifireplay.audit.held;

import io.nifireplay.audit.note.SignedCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Selector;

/** Verifies time stamps (RFC 3161) of checkpoints. Whether a certificate was revoked is not asked. */
public final class TimeStamps {
    private final List<X509Certificate> trusted;

    /** @param trusted certificates of authorities, or of those who certified them */
    public TimeStamps(Collection<X509Certificate> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /**
     * Reads certificates, PEM or DER.
     *
     * @throws IOException when the file holds none
     */
    public static TimeStamps trusting(Path certificates) throws IOException {
        try (InputStream in = Files.newInputStream(certificates)) {
            List<X509Certificate> trusted = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (trusted.isEmpty()) {
                throw new IOException("The file " + certificates + " has no certificate");
            }
            return new TimeStamps(trusted);
        } catch (GeneralSecurityException e) {
            throw new IOException("The file " + certificates + " holds no certificates: " + e.getMessage(), e);
        }
    }

    /**
     * The time that a token states for a checkpoint.
     *
     * @throws IOException that says what is wrong with it
     */
    public Instant verify(byte[] token, SignedCheckpoint checkpoint) throws IOException {
        try {
            TimeStampToken parsed = new TimeStampToken(new CMSSignedData(token));
            if (!NISTObjectIdentifiers.id_sha256.equals(
                            parsed.getTimeStampInfo().getMessageImprintAlgOID())
                    || !MessageDigest.isEqual(
                            parsed.getTimeStampInfo().getMessageImprintDigest(),
                            TimeStampedFolder.sha256(checkpoint.bytes()))) {
                throw new IOException("it is for something else");
            }
            X509Certificate signer = signer(parsed);
            parsed.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
            requireTrusted(signer, parsed);
            return parsed.getTimeStampInfo().getGenTime().toInstant();
        } catch (CMSException | TSPException | OperatorCreationException | GeneralSecurityException e) {
            throw new IOException("it does not verify: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            // Damaged DER brings unchecked exceptions out of the parser.
            throw new IOException("it is damaged: " + e, e);
        }
    }

    private X509Certificate signer(TimeStampToken token) throws IOException, GeneralSecurityException {
        for (X509Certificate certificate : all(token)) {
            if (matches(token, certificate)) {
                return certificate;
            }
        }
        throw new IOException("the certificate of its signer is neither in it nor trusted");
    }

    private static boolean matches(TimeStampToken token, X509Certificate certificate) throws GeneralSecurityException {
        @SuppressWarnings("unchecked")
        Selector<X509CertificateHolder> wanted = token.getSID();
        try {
            return wanted.match(new X509CertificateHolder(certificate.getEncoded()));
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private List<X509Certificate> all(TimeStampToken token) throws GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>(trusted);
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        for (X509CertificateHolder holder : token.getCertificates().getMatches(null)) {
            all.add(converter.getCertificate(holder));
        }
        return all;
    }

    private void requireTrusted(X509Certificate signer, TimeStampToken token) throws GeneralSecurityException {
        if (trusted.contains(signer)) {
            return;
        }
        Set<TrustAnchor> anchors =
                trusted.stream().map(each -> new TrustAnchor(each, null)).collect(Collectors.toSet());
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(signer);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        parameters.setRevocationEnabled(false);
        parameters.setDate(token.getTimeStampInfo().getGenTime());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all(token))));
        CertPathBuilder.getInstance("PKIX").build(parameters);
    }
}
