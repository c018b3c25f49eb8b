package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whose signatures count: bare public keys by their fingerprint, and those whose certificates lead
 * to a trust anchor, are valid now, and are for signing.
 */
public final class Trust {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private final Map<String, PublicKey> keys = new HashMap<>();
    private final Set<X509Certificate> anchors;
    private final InstantSource clock;

    /**
     * A signature that holds.
     *
     * @param statement what was signed
     * @param signer by whom, for people
     */
    public record Verified(Statement statement, String signer) {}

    /**
     * @param clock says whether a certificate is valid
     */
    public Trust(
            Collection<PublicKey> keys, Collection<X509Certificate> anchors, InstantSource clock) {
        for (PublicKey key : keys) {
            EllipticKeys.Curve.of(key);
            this.keys.put(EllipticKeys.fingerprint(key), key);
        }
        this.anchors = Set.copyOf(anchors);
        this.clock = clock;
    }

    /**
     * Trusts what PEM files hold.
     *
     * @param keys files of public keys
     * @param anchors files of certificates
     * @throws VitrineException SIGNING_KEY_INVALID naming the file
     */
    public static Trust read(Collection<Path> keys, Collection<Path> anchors, InstantSource clock) {
        List<PublicKey> read = new ArrayList<>();
        keys.forEach(file -> read.addAll(Pem.publicKeys(file)));
        List<X509Certificate> certificates = new ArrayList<>();
        anchors.forEach(file -> certificates.addAll(Pem.certificates(file)));
        return new Trust(read, certificates, clock);
    }

    /** What the trusted bare keys are called. */
    public Set<String> fingerprints() {
        return Set.copyOf(keys.keySet());
    }

    /** The certificates that others must lead to. */
    public Set<X509Certificate> anchors() {
        return anchors;
    }

    /**
     * Checks a signature; what it is of is not looked at.
     *
     * @param bundle the text of {@code model.sig}
     * @throws VitrineException SIGNATURE_INVALID saying why it does not hold
     */
    public Verified verify(String bundle) {
        return verify(bundle.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #verify(String)}. */
    public Verified verify(byte[] bundle) {
        SignatureBundle read = SignatureBundle.parse(bundle);
        Named signer =
                switch (read.material()) {
                    case SignatureBundle.Material.Hint hint -> named(hint.fingerprint());
                    case SignatureBundle.Material.Chain chain -> named(chain.certificates());
                };
        if (!SigningKey.verifies(
                signer.key(),
                SignatureBundle.preAuthentication(read.payload()),
                read.signature())) {
            throw StrictJson.invalid("the signature does not hold under " + signer.name());
        }
        return new Verified(Statement.parse(read.payload()), signer.name());
    }

    private record Named(PublicKey key, String name) {}

    private Named named(String fingerprint) {
        PublicKey key = keys.get(fingerprint);
        if (key == null) {
            throw StrictJson.invalid(
                    "it was signed by the key "
                            + shown(fingerprint)
                            + ", which is not trusted; trusted are "
                            + keys.keySet().stream().map(Trust::shown).sorted().toList());
        }
        return new Named(key, "key " + shown(fingerprint));
    }

    private static String shown(String fingerprint) {
        return fingerprint.length() > 16 ? fingerprint.substring(0, 16) + "…" : fingerprint;
    }

    private Named named(List<X509Certificate> chain) {
        X509Certificate own = chain.getFirst();
        String name = "certificate '" + own.getSubjectX500Principal() + "'";
        if (anchors.isEmpty()) {
            throw StrictJson.invalid(
                    "it was signed by the " + name + ", and no trust anchor is named");
        }
        try {
            if (anchors.contains(own)) {
                own.checkValidity(Date.from(clock.instant()));
            } else {
                validate(chain);
            }
            checkPurpose(own);
            EllipticKeys.Curve.of(own.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID,
                    "the " + name + " does not hold: " + e.getMessage(),
                    e);
        } catch (VitrineException e) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID, "the " + name + ": " + e.getMessage(), e);
        }
        return new Named(own.getPublicKey(), name);
    }

    /** By the rules of RFC 5280, without asking anybody whether one was revoked. */
    private void validate(List<X509Certificate> chain) throws GeneralSecurityException {
        List<X509Certificate> path = new ArrayList<>(chain);
        while (anchors.contains(path.getLast())) {
            path.removeLast();
        }
        Set<TrustAnchor> trusted = new HashSet<>();
        anchors.forEach(anchor -> trusted.add(new TrustAnchor(anchor, null)));
        PKIXParameters parameters = new PKIXParameters(trusted);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        PKIXCertPathValidatorResult result =
                (PKIXCertPathValidatorResult)
                        CertPathValidator.getInstance("PKIX")
                                .validate(
                                        CertificateFactory.getInstance("X.509")
                                                .generateCertPath(path),
                                        parameters);
        // The rules leave an anchor out, which may have ended too.
        result.getTrustAnchor().getTrustedCert().checkValidity(Date.from(clock.instant()));
    }

    /** It must say that it is for signatures, and where it names purposes, for code. */
    private static void checkPurpose(X509Certificate own) throws GeneralSecurityException {
        boolean[] usage = own.getKeyUsage();
        if (usage == null || !usage[0]) {
            throw StrictJson.invalid("it is not for digital signatures by its key usage");
        }
        List<String> purposes = own.getExtendedKeyUsage();
        if (purposes != null
                && !purposes.contains(CODE_SIGNING)
                && !purposes.contains(ANY_PURPOSE)) {
            throw StrictJson.invalid("it is not for signing code by its extended key usage");
        }
    }
}
