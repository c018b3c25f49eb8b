package dev.vitrine.retrieval.candidate;

/** A set of item numbers as a bitmap; numbers beyond its size are not in it. */
public final class ItemMask {
    private final long[] words;
    private final int size;

    /** An empty set over item numbers 0 to {@code size - 1}. */
    public ItemMask(int size) {
        this.size = size;
        this.words = new long[(size + 63) >>> 6];
    }

    /** The set of all item numbers below {@code size}. */
    public static ItemMask all(int size) {
        ItemMask mask = new ItemMask(size);
        java.util.Arrays.fill(mask.words, -1L);
        if ((size & 63) != 0) {
            mask.words[mask.words.length - 1] = (1L << (size & 63)) - 1;
        }
        return mask;
    }

    public int size() {
        return size;
    }

    public boolean contains(int item) {
        return item < size && (words[item >>> 6] & (1L << (item & 63))) != 0;
    }

    public void add(int item) {
        words[item >>> 6] |= 1L << (item & 63);
    }

    public void remove(int item) {
        if (item < size) {
            words[item >>> 6] &= ~(1L << (item & 63));
        }
    }

    public int cardinality() {
        int count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /** The backing words, 64 items each, lowest bit first; not a copy, not to be changed. */
    public long[] words() {
        return words;
    }

    public ItemMask copy() {
        ItemMask copy = new ItemMask(size);
        System.arraycopy(words, 0, copy.words, 0, words.length);
        return copy;
    }

    /** Keeps only what is also in {@code other}. */
    public void intersect(ItemMask other) {
        for (int i = 0; i < words.length; i++) {
            words[i] &= i < other.words.length ? other.words[i] : 0L;
        }
    }
}
