package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.FileHashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder with its signature in {@value #SIGNATURE}, as the format has models handed on. */
public final class SignedFolder {
    public static final String SIGNATURE = "model.sig";

    private SignedFolder() {}

    /**
     * Signs every file of a folder but the signature itself, and writes that.
     *
     * @throws VitrineException SIGNATURE_INVALID when it holds a link or no file
     */
    public static void sign(Path folder, SigningKey key) {
        List<String> ignored = List.of(SIGNATURE);
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        Statement statement = Statement.of(name, ignored, resources(folder, ignored));
        try {
            Files.writeString(folder.resolve(SIGNATURE), key.sign(statement));
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    /**
     * Verifies that a folder holds the files that were signed, unchanged, and no others but those
     * that the signature says it leaves out.
     *
     * @throws VitrineException SIGNATURE_INVALID saying what does not hold
     */
    public static Trust.Verified verify(Path folder, Trust trust) {
        Trust.Verified verified = trust.verify(read(folder.resolve(SIGNATURE)));
        List<String> ignored = new ArrayList<>(verified.statement().ignored());
        ignored.add(SIGNATURE);
        verified.statement().requireSame(resources(folder, ignored));
        return verified;
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > SignatureBundle.MAX_BYTES) {
                throw StrictJson.invalid(
                        file + " has more than " + SignatureBundle.MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID, "it is not signed: there is no " + file, e);
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static List<Resource> resources(Path folder, List<String> ignored) {
        Map<Path, String> names = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                String name = slashed(folder.relativize(path));
                if (ignored.stream().anyMatch(i -> name.equals(i) || name.startsWith(i + "/"))) {
                    continue;
                }
                if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw StrictJson.invalid(
                            path + " is not a plain file (links are not followed)");
                }
                if (names.size() == Statement.MAX_FILES) {
                    throw StrictJson.invalid(
                            folder + " has more than " + Statement.MAX_FILES + " files");
                }
                names.put(path, name);
            }
            Map<Path, String> hashes = FileHashes.of(names.keySet());
            List<Resource> resources = new ArrayList<>();
            names.forEach((path, name) ->
                    resources.add(new Resource(name, Objects.requireNonNull(hashes.get(path)))));
            return resources;
        } catch (IOException | UncheckedIOException e) {
            throw failed(folder, e);
        }
    }

    private static String slashed(Path relative) {
        List<String> parts = new ArrayList<>();
        relative.forEach(part -> parts.add(part.toString()));
        return String.join("/", parts);
    }

    private static VitrineException failed(Path what, Exception e) {
        return new VitrineException(
                RegistryError.SIGNATURE_INVALID, "cannot read " + what + ": " + e, e);
    }
}
