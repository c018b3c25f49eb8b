package dev.vitrine.retrieval.lexical;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.StringHelper;

/**
 * Makes the directory in which an index serves. Files of an index never change once written, so the
 * copy is hard links where the file system has them; the base is never written to.
 */
final class WorkingCopy {
    static final String FORMAT_KEY = "format";
    static final String SEQUENCE_KEY = "sequence";
    static final String BASE_KEY = "base";

    private WorkingCopy() {}

    /** What the last commit of a working copy says. */
    record State(String base, long sequence) {}

    /** Takes up the working copy of this base, or makes it anew. */
    static State prepare(Path base, Path working) throws IOException {
        String identity;
        long sequence;
        try (Directory directory = FSDirectory.open(base)) {
            SegmentInfos infos = readCommit(directory, base);
            identity = StringHelper.idToString(infos.getId());
            sequence = sequence(infos.getUserData(), base);
            Files.createDirectories(working);
            State left = left(working, identity);
            if (left != null) {
                return left;
            }
            clear(working);
            for (String file : infos.files(true)) {
                if (!file.equals(infos.getSegmentsFileName())) {
                    link(base.resolve(file), working.resolve(file));
                }
            }
            // Last: without it the directory is not an index, and is made again after a crash.
            Files.copy(
                    base.resolve(infos.getSegmentsFileName()),
                    working.resolve(infos.getSegmentsFileName()));
        }
        return new State(identity, sequence);
    }

    private static SegmentInfos readCommit(Directory directory, Path base) throws IOException {
        if (!DirectoryReader.indexExists(directory)) {
            throw new VitrineException(
                    RetrievalError.INDEX_MALFORMED,
                    "no finished index in " + base + "; expected a base made by IndexBuilder");
        }
        SegmentInfos infos = SegmentInfos.readLatestCommit(directory);
        String format = infos.getUserData().getOrDefault(FORMAT_KEY, "none");
        if (!format.equals(IndexFields.FORMAT)) {
            throw new VitrineException(
                    RetrievalError.INDEX_MALFORMED,
                    "the index in "
                            + base
                            + " has format "
                            + format
                            + ", expected "
                            + IndexFields.FORMAT
                            + "; build it again");
        }
        return infos;
    }

    private static long sequence(Map<String, String> data, Path where) {
        String text = data.getOrDefault(SEQUENCE_KEY, "");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new VitrineException(
                    RetrievalError.INDEX_MALFORMED,
                    "the index in " + where + " has sequence '" + text + "', expected a number",
                    e);
        }
    }

    private static @org.jspecify.annotations.Nullable State left(Path working, String identity)
            throws IOException {
        try (Directory directory = FSDirectory.open(working)) {
            Map<String, String> data = SegmentInfos.readLatestCommit(directory).getUserData();
            boolean same =
                    IndexFields.FORMAT.equals(data.get(FORMAT_KEY))
                            && identity.equals(data.get(BASE_KEY));
            return same ? new State(identity, sequence(data, working)) : null;
        } catch (IndexNotFoundException
                | org.apache.lucene.index.CorruptIndexException
                | java.nio.file.NoSuchFileException
                | java.io.EOFException
                | org.apache.lucene.index.IndexFormatTooNewException
                | org.apache.lucene.index.IndexFormatTooOldException e) {
            // Half made, or damaged: the base has everything.
            return null;
        }
    }

    private static void clear(Path working) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(working)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static void link(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
            Files.copy(from, to);
        }
    }
}
