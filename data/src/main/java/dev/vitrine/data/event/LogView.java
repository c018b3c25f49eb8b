package dev.vitrine.data.event;

import java.util.List;

/** What a cursor needs of a log: its files, and how far it may read. */
interface LogView {
    /** Oldest first, at least one. */
    List<Segment> segments();

    /** One more than the last offset that can be read now; a reading process looks again. */
    long endOffset();
}
