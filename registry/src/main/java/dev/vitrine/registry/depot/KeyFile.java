package dev.vitrine.registry.depot;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A key of 256 bits in a file: one line {@code vitrine-key-1 BASE64}, for its owner alone. */
public final class KeyFile {
    private static final String FORM = "vitrine-key-1 ";
    private static final int BYTES = 32;

    private KeyFile() {}

    /**
     * Makes a key.
     *
     * @param file must not exist
     */
    public static KeyWrapping create(Path file) {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        try {
            if (posix(file)) {
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
            Files.writeString(file, FORM + Base64.getEncoder().encodeToString(key) + "\n");
        } catch (IOException e) {
            throw invalid(file, "cannot be written: " + e, e);
        }
        return held(file, key);
    }

    /**
     * Reads a key.
     *
     * @throws VitrineException KEY_REFUSED naming the file, also when others may read it
     */
    public static KeyWrapping read(Path file) {
        try {
            if (Files.size(file) > 200) {
                throw invalid(file, "is no key: it has " + Files.size(file) + " bytes", null);
            }
            if (posix(file)) {
                Set<PosixFilePermission> may = Files.getPosixFilePermissions(file);
                if (may.stream().anyMatch(each -> !each.name().startsWith("OWNER_"))) {
                    throw invalid(file, "may be read by others than its owner: chmod 600 it", null);
                }
            }
            String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (!text.startsWith(FORM)) {
                throw invalid(file, "does not begin '" + FORM.strip() + "'", null);
            }
            byte[] key = Base64.getDecoder().decode(text.substring(FORM.length()));
            if (key.length != BYTES) {
                throw invalid(file, "has a key of " + key.length + " bytes, not 32", null);
            }
            return held(file, key);
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(file, "cannot be read: " + e, e);
        }
    }

    private static KeyWrapping held(Path file, byte[] key) {
        return new HeldKey(
                "file:" + fingerprint(key),
                file.toString(),
                new AesGcm(new SecretKeySpec(key, "AES"), Optional.empty(), new SecureRandom()));
    }

    /** Of the key under its own use, so that it tells nothing of what the key encrypts. */
    private static String fingerprint(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("vitrine key fingerprint\n".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(key)).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static VitrineException invalid(Path file, String what, @Nullable Exception e) {
        return new VitrineException(RegistryError.KEY_REFUSED, "the key " + file + " " + what, e);
    }
}
