package dev.vitrine.server.access;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Reads the server's certificate and key from PEM or PKCS12 files. */
public final class Certificates {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA");

    private Certificates() {}

    /**
     * @throws VitrineException CERTIFICATE_UNREADABLE, naming the file and what was expected in it
     */
    public static SSLContext context(TlsSettings settings) {
        Path file =
                settings.keystore() != null
                        ? settings.keystore()
                        : Objects.requireNonNull(settings.certificate());
        try {
            char[] password = password(settings);
            KeyStore store =
                    settings.keystore() != null ? pkcs12(file, password) : pem(settings, password);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file, e.toString(), e);
        }
    }

    private static char[] password(TlsSettings settings) throws IOException {
        Path file = settings.passwordFile();
        return file == null ? new char[0] : Files.readString(file).strip().toCharArray();
    }

    private static KeyStore pkcs12(Path file, char[] password)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        return store;
    }

    private static KeyStore pem(TlsSettings settings, char[] password)
            throws IOException, GeneralSecurityException {
        Path certificate = Objects.requireNonNull(settings.certificate());
        Collection<? extends Certificate> chain =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(Files.readAllBytes(certificate)));
        if (chain.isEmpty()) {
            throw unreadable(certificate, "there is no certificate in it", null);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                privateKey(Objects.requireNonNull(settings.key())),
                password,
                chain.toArray(new Certificate[0]));
        return store;
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher matcher = PRIVATE_KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!matcher.find()) {
            throw unreadable(
                    file,
                    "expected a PKCS#8 key that begins with -----BEGIN PRIVATE KEY----- (openssl"
                            + " pkcs8 -topk8 -nodes converts others)",
                    null);
        }
        byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind)
                        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                continue;
            }
        }
        throw unreadable(file, "its key is neither RSA, EC nor EdDSA", null);
    }

    private static VitrineException unreadable(
            Path file, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new VitrineException(
                ServerError.CERTIFICATE_UNREADABLE, "cannot use " + file + ": " + what, cause);
    }
}
