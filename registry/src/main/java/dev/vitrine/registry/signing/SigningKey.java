package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** A private key that signs, with its public key or the certificates that vouch for it. */
public final class SigningKey {
    private final PrivateKey secret;
    private final PublicKey shown;
    private final List<X509Certificate> chain;

    private SigningKey(PrivateKey secret, PublicKey shown, List<X509Certificate> chain) {
        this.secret = secret;
        this.shown = shown;
        this.chain = List.copyOf(chain);
    }

    /** A new one without certificates. */
    public static SigningKey create(EllipticKeys.Curve curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(curve.spec());
            KeyPair pair = generator.generateKeyPair();
            return new SigningKey(pair.getPrivate(), pair.getPublic(), List.of());
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK makes keys of " + curve, e);
        }
    }

    /**
     * Reads a key.
     *
     * @param key PEM, PKCS#8
     * @param publicKey PEM; where it is empty and there are no certificates, the public key is
     *     expected in {@code key} too
     * @param certificates PEM, the key's own first; signatures carry them
     * @param passphrase of an encrypted key; empty for none
     * @throws VitrineException SIGNING_KEY_INVALID naming the file, also when the parts do not
     *     belong together
     */
    public static SigningKey read(
            Path key, Optional<Path> publicKey, Optional<Path> certificates, char[] passphrase) {
        PrivateKey secret = Pem.privateKey(key, passphrase);
        List<X509Certificate> chain = certificates.map(Pem::certificates).orElse(List.of());
        PublicKey shown =
                chain.isEmpty()
                        ? Pem.publicKeys(publicKey.orElse(key)).getFirst()
                        : chain.getFirst().getPublicKey();
        EllipticKeys.Curve.of(shown);
        SigningKey read = new SigningKey(secret, shown, chain);
        byte[] probe = "do these belong together".getBytes(StandardCharsets.US_ASCII);
        if (!verifies(shown, probe, read.sign(probe))) {
            throw Pem.invalid(
                    key, "its private key does not belong to the public key or certificate given");
        }
        return read;
    }

    /**
     * Writes both keys to a file that only its owner may read; forced.
     *
     * @param file must not exist
     */
    public void write(Path file) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer text =
                    ByteBuffer.wrap(
                            (Pem.write(Pem.PRIVATE, secret.getEncoded()) + EllipticKeys.pem(shown))
                                    .getBytes(StandardCharsets.US_ASCII));
            while (text.hasRemaining()) {
                out.write(text);
            }
            out.force(true);
        }
    }

    public PublicKey publicKey() {
        return shown;
    }

    /** The certificates that its signatures carry; empty for a bare key. */
    public List<X509Certificate> certificates() {
        return chain;
    }

    /** What its public key is called. */
    public String fingerprint() {
        return EllipticKeys.fingerprint(shown);
    }

    /** Signs a statement and returns the text of {@code model.sig}. */
    public String sign(Statement statement) {
        byte[] payload = statement.payload();
        SignatureBundle.Material material =
                chain.isEmpty()
                        ? new SignatureBundle.Material.Hint(fingerprint())
                        : new SignatureBundle.Material.Chain(chain);
        return new SignatureBundle(
                        material, payload, sign(SignatureBundle.preAuthentication(payload)))
                .text();
    }

    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(EllipticKeys.Curve.of(shown).signature());
            signature.initSign(secret);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new VitrineException(
                    RegistryError.SIGNING_KEY_INVALID, "the key cannot sign: " + e, e);
        }
    }

    static boolean verifies(PublicKey key, byte[] message, byte[] signature) {
        try {
            Signature check = Signature.getInstance(EllipticKeys.Curve.of(key).signature());
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
