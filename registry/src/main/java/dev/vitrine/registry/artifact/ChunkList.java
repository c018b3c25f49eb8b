package dev.vitrine.registry.artifact;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An artefact as the chunks that its files consist of. As text: the manifest, an empty line, and
 * for each file of the manifest a line with the number of its chunks and a line {@code sha256
 * length} for each. Only the manifest is what the artefact's name says; a list that lies gives
 * files whose hashes do not hold.
 *
 * @param files the chunks of each file, in the order of the manifest
 */
public record ChunkList(ArtifactManifest manifest, List<List<Chunk>> files) {
    /** More text than this is not read: about 100 GB of artefact. */
    public static final int MAX_BYTES = 32 << 20;

    /**
     * A piece of a file.
     *
     * @param sha256 of its content, 64 lower-case hexadecimal digits
     * @param length bytes, 1 to {@link Chunker#MOST}
     */
    public record Chunk(String sha256, int length) {
        public Chunk {
            new ArtifactHash(sha256);
            if (length < 1 || length > Chunker.MOST) {
                throw new VitrineException(
                        RegistryError.ARTIFACT_CORRUPT,
                        "a chunk has 1 to " + Chunker.MOST + " bytes, found " + length);
            }
        }
    }

    public ChunkList {
        files = files.stream().map(List::copyOf).toList();
        if (files.size() != manifest.files().size()) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_CORRUPT,
                    "chunks of " + files.size() + " files, expected " + manifest.files().size());
        }
        for (int i = 0; i < files.size(); i++) {
            long size = files.get(i).stream().mapToLong(Chunk::length).sum();
            if (size != manifest.files().get(i).size()) {
                throw new VitrineException(
                        RegistryError.ARTIFACT_CORRUPT,
                        manifest.files().get(i).path()
                                + " has "
                                + manifest.files().get(i).size()
                                + " bytes, its chunks "
                                + size);
            }
        }
    }

    /** Cuts the files of an artefact; reads all of it. */
    public static ChunkList of(Artifact artifact) throws IOException {
        List<List<Chunk>> files = new ArrayList<>();
        for (ArtifactFile file : artifact.manifest().files()) {
            List<Chunk> chunks = new ArrayList<>();
            try (InputStream in =
                    new BufferedInputStream(
                            Files.newInputStream(artifact.directory().resolve(file.path())))) {
                Chunker chunker = new Chunker(in);
                MessageDigest digest = Digests.sha256();
                while (chunker.next(
                        (bytes, length) -> {
                            digest.update(bytes, 0, length);
                            chunks.add(new Chunk(Digests.hex(digest.digest()), length));
                        })) {
                    continue;
                }
            }
            files.add(chunks);
        }
        return new ChunkList(artifact.manifest(), files);
    }

    /** Every chunk in the order of the files, those that occur twice twice. */
    public List<Chunk> chunks() {
        return files.stream().flatMap(List::stream).toList();
    }

    /** The text. */
    public String text() {
        StringBuilder text = new StringBuilder(manifest.text()).append('\n');
        for (List<Chunk> chunks : files) {
            text.append(chunks.size()).append('\n');
            for (Chunk chunk : chunks) {
                text.append(chunk.sha256()).append(' ').append(chunk.length()).append('\n');
            }
        }
        return text.toString();
    }

    /**
     * Reads the text.
     *
     * @param hash whose it must be
     * @throws VitrineException ARTIFACT_CORRUPT when it is not such a text, or that of another
     */
    public static ChunkList parse(byte[] text, ArtifactHash hash, String origin) {
        String all = new String(text, StandardCharsets.UTF_8);
        int end = all.indexOf("\n\n");
        try {
            if (end < 0) {
                throw new IllegalArgumentException("it has no empty line");
            }
            ArtifactManifest manifest = ArtifactManifest.parse(all.substring(0, end + 1), origin);
            if (!manifest.hash().equals(hash)) {
                throw new IllegalArgumentException("it is that of " + manifest.hash());
            }
            List<String> lines = Arrays.asList(all.substring(end + 2).split("\n"));
            List<List<Chunk>> files = new ArrayList<>();
            int at = 0;
            for (int i = 0; i < manifest.files().size(); i++) {
                int count = Integer.parseInt(lines.get(at++));
                List<Chunk> chunks = new ArrayList<>();
                for (String line : lines.subList(at, at + count)) {
                    String[] fields = line.split(" ", 2);
                    chunks.add(new Chunk(fields[0], Integer.parseInt(fields[1])));
                }
                at += count;
                files.add(chunks);
            }
            if (at != lines.size()) {
                throw new IllegalArgumentException("it goes on after its end");
            }
            return new ChunkList(manifest, files);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_CORRUPT,
                    origin + " is no list of chunks: " + e.getMessage(),
                    e);
        }
    }
}
