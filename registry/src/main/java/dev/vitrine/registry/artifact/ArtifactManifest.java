package dev.vitrine.registry.artifact;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What an artefact consists of, in one canonical text: a first line with the form's name, then one
 * line {@code sha256 size path} for each file, by rising path. The hash of that text is the name of
 * the artefact.
 */
public record ArtifactManifest(List<ArtifactFile> files) {
    /** More files than this are refused; an artefact is a handful of tables, not an archive. */
    public static final int MAX_FILES = 10_000;

    private static final String FORM = "vitrine-artifact 1";

    public ArtifactManifest {
        files = files.stream().sorted(Comparator.comparing(ArtifactFile::path)).toList();
        if (files.isEmpty() || files.size() > MAX_FILES) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_INVALID,
                    "an artefact has 1 to " + MAX_FILES + " files, found " + files.size());
        }
        for (int i = 1; i < files.size(); i++) {
            if (files.get(i).path().equals(files.get(i - 1).path())) {
                throw new VitrineException(
                        RegistryError.ARTIFACT_INVALID,
                        "the file " + files.get(i).path() + " is listed twice");
            }
        }
    }

    /** The canonical text. */
    public String text() {
        StringBuilder text = new StringBuilder(FORM).append('\n');
        for (ArtifactFile file : files) {
            text.append(file.sha256()).append(' ').append(file.size()).append(' ');
            text.append(file.path()).append('\n');
        }
        return text.toString();
    }

    public ArtifactHash hash() {
        return new ArtifactHash(Digests.sha256(text().getBytes(StandardCharsets.UTF_8)));
    }

    /** Bytes of all files together. */
    public long size() {
        long size = 0;
        for (ArtifactFile file : files) {
            size += file.size();
        }
        return size;
    }

    /**
     * Reads the canonical text.
     *
     * @param origin what errors call the text
     * @throws VitrineException ARTIFACT_CORRUPT when the text is not a manifest
     */
    public static ArtifactManifest parse(String text, String origin) {
        String[] lines = text.split("\n", -1);
        if (!lines[0].equals(FORM) || !lines[lines.length - 1].isEmpty()) {
            throw malformed(origin, 1, "expected a complete manifest that begins '" + FORM + "'");
        }
        List<ArtifactFile> files = new ArrayList<>();
        for (int i = 1; i < lines.length - 1; i++) {
            String[] fields = lines[i].split(" ", 3);
            if (fields.length != 3) {
                throw malformed(origin, i + 1, "expected 'sha256 size path'");
            }
            try {
                files.add(new ArtifactFile(fields[2], Long.parseLong(fields[1]), fields[0]));
            } catch (NumberFormatException | VitrineException e) {
                throw malformed(origin, i + 1, String.valueOf(e.getMessage()));
            }
        }
        return new ArtifactManifest(files);
    }

    private static VitrineException malformed(String origin, int line, String what) {
        return new VitrineException(
                RegistryError.ARTIFACT_CORRUPT, origin + " line " + line + ": " + what);
    }
}
