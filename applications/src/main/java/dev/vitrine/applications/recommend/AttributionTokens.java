package dev.vitrine.applications.recommend;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes attribution tokens and reads them back, refusing those that this installation did not
 * write.
 *
 * <p>A token is base64url of one version byte, the time (8 bytes), four texts (a length byte and
 * UTF-8 each) and the first 12 bytes of HMAC-SHA-256 over all of it (RFC 2104 allows truncation to
 * half, 96 bits leave no chance to guess). It names no person.
 */
public final class AttributionTokens {
    public static final int SECRET_BYTES = 32;

    private static final byte VERSION = 1;
    private static final int SIGNATURE_BYTES = 12;
    private static final int MAX_TEXT_BYTES = 255;
    private static final int MAX_TOKEN_LENGTH = 2_048;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final SecretKeySpec key;

    /**
     * @param secret {@value #SECRET_BYTES} random bytes
     */
    public AttributionTokens(byte[] secret) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a secret has " + SECRET_BYTES + " bytes, found " + secret.length);
        }
        this.key = new SecretKeySpec(secret, "HmacSHA256");
    }

    /**
     * Reads the secret of an installation, or makes it.
     *
     * @param file readable by its owner only; whole or absent at any moment
     */
    public static AttributionTokens open(Path file, RandomGenerator random) {
        try {
            if (!Files.exists(file)) {
                create(file, random);
            }
            return new AttributionTokens(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the secret in " + file, e);
        }
    }

    private static void create(Path file, RandomGenerator random) throws IOException {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        if (fresh.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    fresh,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(fresh);
        }
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(secret));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The token for one answer. */
    public String write(AttributionToken token) {
        ByteBuffer body = ByteBuffer.allocate(9 + 4 * (1 + MAX_TEXT_BYTES) + SIGNATURE_BYTES);
        body.put(VERSION).putLong(token.at());
        put(body, token.release());
        put(body, token.servingConfig());
        put(body, token.arm());
        put(body, token.policy());
        byte[] signature = sign(body.array(), body.position());
        body.put(signature, 0, SIGNATURE_BYTES);
        return ENCODER.encodeToString(Arrays.copyOf(body.array(), body.position()));
    }

    /** What a token says; empty when it was not written here or was changed. */
    public Optional<AttributionToken> find(String text) {
        if (text.isEmpty() || text.length() > MAX_TOKEN_LENGTH) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = DECODER.decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int signed = bytes.length - SIGNATURE_BYTES;
        if (signed < 13 || bytes[0] != VERSION) {
            return Optional.empty();
        }
        byte[] expected = Arrays.copyOf(sign(bytes, signed), SIGNATURE_BYTES);
        byte[] found = Arrays.copyOfRange(bytes, signed, bytes.length);
        if (!MessageDigest.isEqual(expected, found)) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.wrap(bytes, 1, signed - 1);
        long at = body.getLong();
        return Optional.of(
                new AttributionToken(text(body), text(body), text(body), text(body), at));
    }

    /**
     * What a token says.
     *
     * @throws VitrineException ATTRIBUTION_TOKEN_INVALID when it was not written here
     */
    public AttributionToken read(String text) {
        return find(text)
                .orElseThrow(() ->
                        VitrineException.field(
                                ApplicationError.ATTRIBUTION_TOKEN_INVALID,
                                "attributionToken",
                                "attributionToken: expected one from an answer of this"
                                        + " installation, found '"
                                        + text.substring(0, Math.min(40, text.length()))
                                        + "'"));
    }

    private static void put(ByteBuffer into, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "a text of a token has at most 255 bytes, found " + bytes.length);
        }
        into.put((byte) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer from) {
        byte[] bytes = new byte[from.get() & 0xFF];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private byte[] sign(byte[] bytes, int length) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(bytes, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has HmacSHA256", e);
        }
    }
}
