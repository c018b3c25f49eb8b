package dev.vitrine.server.access;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate: either PEM files ({@code certificate}, {@code key}) or a PKCS12 file
 * ({@code keystore}) with a file that holds its password.
 */
public record TlsSettings(
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Path keystore,
        @Nullable Path passwordFile) {
    public TlsSettings {
        boolean pem = certificate != null && key != null && keystore == null;
        boolean pkcs12 = certificate == null && key == null && keystore != null;
        if (!pem && !pkcs12) {
            throw VitrineException.field(
                    ServerError.ACCESS_INVALID,
                    "tls",
                    "expected either certificate and key (PEM files) or keystore (a PKCS12 file,"
                            + " with passwordFile)");
        }
    }

    public static TlsSettings pem(Path certificate, Path key) {
        return new TlsSettings(certificate, key, null, null);
    }

    public static TlsSettings pkcs12(Path keystore, Path passwordFile) {
        return new TlsSettings(null, null, keystore, passwordFile);
    }
}
