package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Keys and certificates in PEM files; errors are SIGNING_KEY_INVALID and name the file. */
final class Pem {
    static final String PUBLIC = "PUBLIC KEY";
    static final String PRIVATE = "PRIVATE KEY";
    static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    static final String CERTIFICATE = "CERTIFICATE";

    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private Pem() {}

    /** One part of a file. */
    record Block(String label, byte[] der) {}

    static String write(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    static List<Block> read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw invalid(file, "it has more than " + MAX_BYTES + " bytes");
            }
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            List<Block> blocks = new ArrayList<>();
            while (matcher.find()) {
                blocks.add(
                        new Block(
                                matcher.group(1),
                                Base64.getMimeDecoder().decode(matcher.group(2))));
            }
            return blocks;
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(file, e.toString(), e);
        }
    }

    /** All public keys of a file; at least one. */
    static List<PublicKey> publicKeys(Path file) {
        List<PublicKey> keys = new ArrayList<>();
        for (Block block : read(file)) {
            if (block.label().equals(PUBLIC)) {
                try {
                    PublicKey key =
                            KeyFactory.getInstance("EC")
                                    .generatePublic(new X509EncodedKeySpec(block.der()));
                    EllipticKeys.Curve.of(key);
                    keys.add(key);
                } catch (GeneralSecurityException e) {
                    throw invalid(file, "its public key is not of an elliptic curve", e);
                }
            }
        }
        if (keys.isEmpty()) {
            throw invalid(file, "it has no part that begins -----BEGIN PUBLIC KEY-----");
        }
        return keys;
    }

    /** All certificates of a file; at least one. */
    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : read(file)) {
            if (block.label().equals(CERTIFICATE)) {
                try {
                    certificates.add(
                            (X509Certificate)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCertificate(
                                                    new ByteArrayInputStream(block.der())));
                } catch (GeneralSecurityException e) {
                    throw invalid(file, "its certificate cannot be read: " + e, e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw invalid(file, "it has no part that begins -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    /**
     * The private key of a file.
     *
     * @param passphrase for one that is encrypted; empty for none
     */
    static PrivateKey privateKey(Path file, char[] passphrase) {
        for (Block block : read(file)) {
            try {
                switch (block.label()) {
                    case PRIVATE -> {
                        return elliptic(new PKCS8EncodedKeySpec(block.der()));
                    }
                    case ENCRYPTED -> {
                        if (passphrase.length == 0) {
                            throw invalid(file, "its key is encrypted and no passphrase is given");
                        }
                        return elliptic(decrypted(block.der(), passphrase));
                    }
                    default -> {}
                }
            } catch (GeneralSecurityException | IOException e) {
                throw invalid(
                        file,
                        block.label().equals(ENCRYPTED)
                                ? "the passphrase is wrong or its form is not known"
                                : "its key is not of an elliptic curve",
                        e);
            }
        }
        throw invalid(
                file,
                "expected a PKCS#8 key that begins -----BEGIN PRIVATE KEY----- or -----BEGIN"
                        + " ENCRYPTED PRIVATE KEY----- (openssl pkcs8 -topk8 converts others)");
    }

    private static PrivateKey elliptic(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(spec);
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] der, char[] passphrase)
            throws IOException, GeneralSecurityException {
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
        // PBES2 names its cipher in the parameters alone.
        String cipher =
                info.getAlgParameters() == null
                        ? info.getAlgName()
                        : info.getAlgParameters().toString();
        SecretKey key =
                SecretKeyFactory.getInstance(cipher).generateSecret(new PBEKeySpec(passphrase));
        Cipher opened = Cipher.getInstance(cipher);
        opened.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
        return info.getKeySpec(opened);
    }

    static VitrineException invalid(Path file, String what) {
        return new VitrineException(
                RegistryError.SIGNING_KEY_INVALID, "cannot use " + file + ": " + what);
    }

    private static VitrineException invalid(Path file, String what, Exception cause) {
        return new VitrineException(
                RegistryError.SIGNING_KEY_INVALID, "cannot use " + file + ": " + what, cause);
    }
}
