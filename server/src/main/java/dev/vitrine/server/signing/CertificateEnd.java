package dev.vitrine.server.signing;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * When a certificate ends by which signatures of releases count. What was signed under it is
 * refused from then on.
 *
 * @param subject whose it is
 */
public record CertificateEnd(String subject, Instant at) {
    private static final Duration SOON = Duration.ofDays(30);

    static CertificateEnd of(X509Certificate certificate) {
        return new CertificateEnd(
                certificate.getSubjectX500Principal().toString(),
                certificate.getNotAfter().toInstant());
    }

    /** From when on somebody is to be told. */
    public Instant warnAt() {
        return at.minus(SOON);
    }

    /** For whoever runs the server. */
    public String words() {
        return "the certificate '"
                + subject
                + "' is valid until "
                + at
                + "; what was signed under it is refused from then on. Name a newer one in"
                + " server.yaml, run: vitrine release sign all; vitrine model sign all; and start"
                + " the server again";
    }
}
