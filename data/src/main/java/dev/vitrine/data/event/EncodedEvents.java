package dev.vitrine.data.event;

import dev.vitrine.data.store.RowWriter;
import java.util.List;

/** Events of one append as bytes, each after its length. */
final class EncodedEvents {
    private static final int GUESS_PER_EVENT = 96;

    private final RowWriter bytes;
    private final int count;

    private EncodedEvents(RowWriter bytes, int count) {
        this.bytes = bytes;
        this.count = count;
    }

    static EncodedEvents of(List<LoggedEvent> events) {
        int count = events.size();
        RowWriter all = new RowWriter(Math.min(count, 100_000) * GUESS_PER_EVENT);
        RowWriter one = new RowWriter(256);
        for (int i = 0; i < count; i++) {
            one.clear();
            EventCodec.write(one, events.get(i));
            all.putBlock(one.array(), 0, one.size());
        }
        return new EncodedEvents(all, count);
    }

    int count() {
        return count;
    }

    int size() {
        return bytes.size();
    }

    byte[] array() {
        return bytes.array();
    }
}
