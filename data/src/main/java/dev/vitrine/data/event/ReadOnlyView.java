package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.FileLayer;
import dev.vitrine.data.store.FileLayer.OpenFile;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A log that another process may be writing. Each question for its end lists the files again and
 * checks the batches that came since. What is read here is whole, but may not be durable yet.
 */
final class ReadOnlyView implements LogView {
    private static final int ATTEMPTS = 10;

    private final Path directory;
    private final FileLayer files;
    private List<Segment> segments = List.of();
    private long endOffset;
    private long endPosition;

    ReadOnlyView(Path directory, FileLayer files) throws IOException {
        this.directory = directory;
        this.files = files;
        refresh();
    }

    @Override
    public synchronized List<Segment> segments() {
        return segments;
    }

    @Override
    public synchronized long endOffset() {
        try {
            refresh();
            return endOffset;
        } catch (IOException e) {
            throw GroupCommit.failure("read", e);
        }
    }

    private void refresh() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                look();
                return;
            } catch (NoSuchFileException e) {
                // The writer's retention deleted a file between listing and opening it.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void look() throws IOException {
        if (!files.exists(directory)) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND, "there is no event log in " + directory);
        }
        List<Segment> found = Segment.list(directory, files);
        if (found.isEmpty()) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND, "there is no event log in " + directory);
        }
        Segment last = found.getLast();
        boolean same =
                !segments.isEmpty() && segments.getLast().firstOffset() == last.firstOffset();
        long fromOffset = same ? endOffset : last.firstOffset();
        long fromPosition = same ? endPosition : SegmentFormat.HEADER;
        try (OpenFile open = files.openToRead(last.file())) {
            Segment.End end = last.findEnd(open, fromOffset, fromPosition);
            endOffset = end.offset();
            endPosition = end.position();
        }
        segments = List.copyOf(found);
    }
}
