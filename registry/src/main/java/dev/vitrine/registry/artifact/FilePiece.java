package dev.vitrine.registry.artifact;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ChunkList.Chunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where a chunk lies in a file of this home.
 *
 * @param offset bytes from the beginning of the file
 */
public record FilePiece(Chunk chunk, Path file, long offset) {
    /** Every piece of an artefact. */
    public static void each(Artifact artifact, ChunkList chunks, Consumer<FilePiece> to) {
        for (int i = 0; i < chunks.files().size(); i++) {
            Path file = artifact.directory().resolve(chunks.manifest().files().get(i).path());
            List<Chunk> pieces = chunks.files().get(i);
            long offset = 0;
            for (Chunk chunk : pieces) {
                to.accept(new FilePiece(chunk, file, offset));
                offset += chunk.length();
            }
        }
    }

    /**
     * Its content.
     *
     * @throws VitrineException ARTIFACT_CORRUPT when the file no longer holds it
     */
    public byte[] read() {
        ByteBuffer content = ByteBuffer.allocate(chunk.length());
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (content.hasRemaining() && in.read(content, offset + content.position()) >= 0) {
                continue;
            }
            String hash =
                    HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256").digest(content.array()));
            if (content.hasRemaining() || !hash.equals(chunk.sha256())) {
                throw new IOException("it was changed");
            }
            return content.array();
        } catch (IOException e) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_CORRUPT, "cannot read " + file + ": " + e, e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
