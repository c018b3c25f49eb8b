package dev.vitrine.registry.signing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The files beside the tests of this package. */
final class Vectors {
    /** When every certificate among them is valid. */
    static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    private Vectors() {}

    static byte[] bytes(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("there is no test file " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A copy of one. */
    static Path file(Path folder, String name) throws IOException {
        Path copy = folder.resolve(String.valueOf(Path.of(name).getFileName()));
        return Files.exists(copy) ? copy : Files.write(copy, bytes(name));
    }

    /** A copy of a signed folder of the OpenSSF's tool. */
    static Path folder(Path target, String version) throws IOException {
        Path folder = Files.createDirectories(target.resolve(version));
        for (String name : List.of("signme-1", "signme-2", "model.sig")) {
            Files.write(folder.resolve(name), bytes("openssf/" + version + "/" + name));
        }
        return folder;
    }

    static SigningKey certified(Path folder, String name) throws IOException {
        return SigningKey.read(
                file(folder, name + ".key"),
                Optional.empty(),
                Optional.of(file(folder, name + ".pem")),
                new char[0]);
    }

    static Trust root(Path folder, Instant now) throws IOException {
        return Trust.read(List.of(), List.of(file(folder, "root.pem")), InstantSource.fixed(now));
    }

    static Trust only(SigningKey key) {
        return new Trust(List.of(key.publicKey()), List.of(), InstantSource.fixed(NOW));
    }
}
