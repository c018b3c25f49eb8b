package dev.vitrine.server.pipeline;

import dev.vitrine.data.intake.Intake;
import dev.vitrine.data.intake.ShopConfig;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ReplacedFile;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the files of a shop are read: its shop.yaml, and the folder that this is about. A copy is
 * kept beside the record of the import, so that what was set aside can be read again without being
 * told once more.
 *
 * @param yaml the text of shop.yaml
 */
public record Mapping(ShopConfig config, String yaml, Path folder) {
    private static final String ENDING = ".yaml";

    /**
     * Reads shop.yaml.
     *
     * @throws VitrineException naming file, line and key when something is unknown or wrong
     */
    public static Mapping read(Path file, Path folder) {
        ShopConfig config = ShopConfig.read(file);
        try {
            return new Mapping(config, Files.readString(file), folder.toAbsolutePath());
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot read " + file + ": " + e, e);
        }
    }

    /** The same for the same text. */
    String hash() {
        return Sha256.hex(yaml.getBytes(StandardCharsets.UTF_8));
    }

    Intake open() {
        return Intake.open(config, folder);
    }

    /** Names, sizes and times of the files, the same while nobody touches them. */
    String fingerprint(Intake intake) {
        StringBuilder text = new StringBuilder(config.name());
        try {
            for (String name : intake.files()) {
                Path file = folder.resolve(name);
                text.append('|').append(name).append(':').append(Files.size(file));
                text.append(':').append(Files.getLastModifiedTime(file).toMillis());
            }
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot look at the files to import: " + e, e);
        }
        return text.toString();
    }

    /** Keeps a copy for {@link #kept}. */
    void keep(Path imports, String id) {
        ReplacedFile.write(imports.resolve(id + ENDING), yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the items of an earlier import are those that its events mention. */
    public static boolean anyKeptFromBehaviour(Path imports) {
        return ImportRecord.list(imports).stream()
                .map(record -> imports.resolve(record.id() + ENDING))
                .filter(Files::exists)
                .anyMatch(file -> ShopConfig.read(file).catalogueFromBehaviour());
    }

    /** The files of an import and how they were last read; empty when they are no longer so. */
    static Optional<Intake> kept(Path imports, ImportRecord of) {
        Path file = imports.resolve(of.id() + ENDING);
        if (of.folder().isEmpty() || !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Mapping mapping = read(file, Path.of(of.folder()));
            Intake intake = mapping.open();
            return mapping.fingerprint(intake).equals(of.fingerprint())
                    ? Optional.of(intake)
                    : Optional.empty();
        } catch (VitrineException e) {
            return Optional.empty();
        }
    }
}
