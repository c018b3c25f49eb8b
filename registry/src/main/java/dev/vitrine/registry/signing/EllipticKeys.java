package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.HexFormat;

/** The kinds of key that sign, and what a public key is called. */
public final class EllipticKeys {
    private EllipticKeys() {}

    /** A curve with the signature that belongs to it. */
    public enum Curve {
        P256("secp256r1", "SHA256withECDSA"),
        P384("secp384r1", "SHA384withECDSA"),
        P521("secp521r1", "SHA512withECDSA");

        private final String curve;
        private final String signature;

        Curve(String curve, String signature) {
            this.curve = curve;
            this.signature = signature;
        }

        ECGenParameterSpec spec() {
            return new ECGenParameterSpec(curve);
        }

        String signature() {
            return signature;
        }

        /**
         * The curve of a key.
         *
         * @throws VitrineException SIGNING_KEY_INVALID when it is another, or no curve at all
         */
        static Curve of(PublicKey key) {
            if (key instanceof ECPublicKey point) {
                for (Curve each : values()) {
                    if (each.parameters().getCurve().equals(point.getParams().getCurve())) {
                        return each;
                    }
                }
            }
            throw new VitrineException(
                    RegistryError.SIGNING_KEY_INVALID,
                    "a key that signs is of the curve P-256, P-384 or P-521; found "
                            + key.getAlgorithm());
        }

        private ECParameterSpec parameters() {
            try {
                AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
                parameters.init(spec());
                return parameters.getParameterSpec(ECParameterSpec.class);
            } catch (GeneralSecurityException e) {
                throw new AssertionError("every JDK has the curve " + curve, e);
            }
        }
    }

    /** A public key as PEM text, as OpenSSL writes it. */
    public static String pem(PublicKey key) {
        return Pem.write(Pem.PUBLIC, key.getEncoded());
    }

    /** What a public key is called: the SHA-256 of its PEM text, 64 hexadecimal digits. */
    public static String fingerprint(PublicKey key) {
        return sha256(pem(key).getBytes(StandardCharsets.US_ASCII));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
