package dev.vitrine.data.catalog;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Ids and their numbers in memory, both ways, for any number of reading threads and one that adds.
 *
 * <p>The UTF-8 bytes of all ids lie one after the other in chunks of 1 MiB (an id never crosses
 * one). An array gives the start of each number's id; its length is the byte before it. An
 * open-addressed array of numbers, at most half full, finds them by hash: 8 to 16 bytes an id. A
 * million ids of 12 bytes take about 34 MB, where a HashMap of strings would take about 150 MB. The
 * hash is seeded, because ids come from outside and could otherwise be chosen to collide.
 *
 * <p>A reader takes one immutable view. The adding thread writes bytes and start first and the slot
 * last, with release, so a reader that sees the slot (acquire) sees all of it; growth publishes a
 * new view.
 */
final class IdTable {
    private static final int CHUNK_BITS = 20;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Arrays that readers use; {@code slots} holds number + 1, 0 is free. */
    private record View(int[] slots, long[] starts, byte[][] chunks) {}

    private final long seed;
    private volatile View view =
            new View(new int[1024], new long[256], new byte[][] {new byte[CHUNK]});
    private volatile int size;
    private long end;

    IdTable(long seed) {
        this.seed = seed;
    }

    int size() {
        return size;
    }

    /** The number of an id, or -1. */
    int find(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        View now = view;
        return find(now, bytes, hash(bytes, 0, bytes.length));
    }

    private static int find(View now, byte[] bytes, long hash) {
        int mask = now.slots.length - 1;
        for (int at = (int) hash & mask; ; at = (at + 1) & mask) {
            int number = (int) SLOT.getAcquire(now.slots, at) - 1;
            if (number < 0) {
                return -1;
            }
            if (equal(now, number, bytes)) {
                return number;
            }
        }
    }

    /** The id of a number in [0, size). */
    String id(int number) {
        if (number < 0 || number >= size) {
            throw new VitrineException(
                    DataError.ITEM_NOT_FOUND,
                    "item number " + number + " was never given; the highest is " + (size - 1));
        }
        View now = view;
        long start = now.starts[number];
        byte[] chunk = now.chunks[(int) (start >>> CHUNK_BITS)];
        int at = (int) start & (CHUNK - 1);
        return new String(chunk, at, length(chunk, at), StandardCharsets.UTF_8);
    }

    /**
     * Adds an id that is not there; its number is the size before. Called by one thread at once.
     */
    int add(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length >= CHUNK / 2 || bytes.length > 0xFFFF) {
            throw new IllegalArgumentException("an id of " + bytes.length + " bytes");
        }
        int number = size;
        View now = grown(number, bytes.length);
        int within = (int) end & (CHUNK - 1);
        byte[] chunk = now.chunks[(int) (end >>> CHUNK_BITS)];
        chunk[within] = (byte) bytes.length;
        chunk[within + 1] = (byte) (bytes.length >>> 8);
        System.arraycopy(bytes, 0, chunk, within + 2, bytes.length);
        now.starts[number] = end + 2;
        end += bytes.length + 2L;
        size = number + 1;
        place(now.slots, number, hash(bytes, 0, bytes.length));
        return number;
    }

    private View grown(int number, int length) {
        View now = view;
        int[] slots = now.slots;
        long[] starts = now.starts;
        byte[][] chunks = now.chunks;
        if (((int) end & (CHUNK - 1)) + length + 2 > CHUNK) {
            end = (end & -CHUNK) + CHUNK;
        }
        int chunk = (int) (end >>> CHUNK_BITS);
        if (chunk == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunk + 1);
            chunks[chunk] = new byte[CHUNK];
        }
        if (number == starts.length) {
            starts = Arrays.copyOf(starts, number + (number >> 1));
        }
        if ((number + 1) * 2L > slots.length) {
            slots = new int[slots.length * 2];
            for (int n = 0; n < number; n++) {
                byte[] from = chunks[(int) (starts[n] >>> CHUNK_BITS)];
                int at = (int) starts[n] & (CHUNK - 1);
                place(slots, n, hash(from, at, length(from, at)));
            }
        }
        if (slots.length != now.slots.length
                || starts.length != now.starts.length
                || chunks.length != now.chunks.length) {
            now = new View(slots, starts, chunks);
            view = now;
        }
        return now;
    }

    private static void place(int[] slots, int number, long hash) {
        int mask = slots.length - 1;
        int at = (int) hash & mask;
        while (slots[at] != 0) {
            at = (at + 1) & mask;
        }
        SLOT.setRelease(slots, at, number + 1);
    }

    private static int length(byte[] chunk, int at) {
        return (chunk[at - 2] & 0xFF) | (chunk[at - 1] & 0xFF) << 8;
    }

    private static boolean equal(View now, int number, byte[] bytes) {
        long start = now.starts[number];
        byte[] chunk = now.chunks[(int) (start >>> CHUNK_BITS)];
        int at = (int) start & (CHUNK - 1);
        return length(chunk, at) == bytes.length
                && Arrays.equals(chunk, at, at + bytes.length, bytes, 0, bytes.length);
    }

    /**
     * Eight bytes at a time through a multiply and xor-shift, as in the finaliser of MurmurHash3.
     */
    private long hash(byte[] bytes, int start, int length) {
        long hash = seed ^ (length * 0x9E3779B97F4A7C15L);
        int at = start;
        int end8 = start + (length & ~7);
        for (; at < end8; at += 8) {
            hash = mix(hash ^ (long) LONGS.get(bytes, at));
        }
        long tail = 0;
        for (int end = start + length; at < end; at++) {
            tail = tail << 8 | (bytes[at] & 0xFF);
        }
        return mix(hash ^ tail);
    }

    private static long mix(long value) {
        long h = value * 0xFF51AFD7ED558CCDL;
        h ^= h >>> 33;
        h *= 0xC4CEB9FE1A85EC53L;
        return h ^ h >>> 29;
    }
}
