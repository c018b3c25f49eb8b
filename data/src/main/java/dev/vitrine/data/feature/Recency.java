package dev.vitrine.data.feature;

/** A ring of entries from the least to the most recently used; an entry is in one ring at most. */
@SuppressWarnings("ReferenceEquality") // entries are places in the ring
final class Recency {
    private final Entry ends = new Entry();

    /** What can be in a ring. */
    static class Entry {
        private Entry older = this;
        private Entry newer = this;

        /** The next more recently used one; the ring's end comes after the last. */
        final Entry newer() {
            return newer;
        }
    }

    /** Makes an entry the most recently used, whether or not it was in the ring. */
    void touch(Entry entry) {
        if (ends.older == entry) {
            return;
        }
        remove(entry);
        entry.older = ends.older;
        entry.newer = ends;
        ends.older.newer = entry;
        ends.older = entry;
    }

    void remove(Entry entry) {
        entry.older.newer = entry.newer;
        entry.newer.older = entry.older;
        entry.older = entry;
        entry.newer = entry;
    }

    /** The least recently used; an end when the ring is empty. */
    Entry oldest() {
        return ends.newer;
    }

    /** Whether a walk has passed the most recently used one. */
    boolean isEnd(Entry entry) {
        return entry == ends;
    }
}
