package dev.vitrine.retrieval.lexical;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/**
 * What every match of a search is asked for, as plain arrays by document of one segment: 21 bytes a
 * product, and 4 more where products do not lie in the order of their numbers. A segment never
 * changes, so they are read once. Categories are held as the number of a set, because products
 * share few sets of paths; counting a match is one addition whatever the number of levels.
 */
final class SegmentColumns {
    final int[] numbers;

    /** Documents in the order of their numbers; empty where that is their own order. */
    private final int[] byNumber;

    /** Place in {@link #brandNames}, -1 for none. */
    final int[] brands;

    final String[] brandNames;

    /** Place in {@link #categorySets}. */
    final int[] categories;

    /** Places in {@link #categoryNames}; the first set is empty. */
    final int[][] categorySets;

    final String[] categoryNames;

    /** NaN for none. */
    final double[] prices;

    /** Ordinals of {@link dev.vitrine.data.catalog.Availability}. */
    final byte[] availabilities;

    /** A segment without products. */
    static final SegmentColumns EMPTY = new SegmentColumns();

    private SegmentColumns() {
        numbers = new int[0];
        byNumber = new int[0];
        brands = new int[0];
        brandNames = new String[0];
        categories = new int[0];
        categorySets = new int[0][];
        categoryNames = new String[0];
        prices = new double[0];
        availabilities = new byte[0];
    }

    SegmentColumns(LeafReader reader) throws IOException {
        int documents = reader.maxDoc();
        numbers = new int[documents];
        NumericDocValues number = DocValues.getNumeric(reader, IndexFields.NUMBER);
        while (number.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
            numbers[number.docID()] = (int) number.longValue();
        }
        byNumber = order(numbers);
        availabilities = new byte[documents];
        NumericDocValues availability = DocValues.getNumeric(reader, IndexFields.AVAILABILITY);
        while (availability.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
            availabilities[availability.docID()] = (byte) availability.longValue();
        }
        prices = new double[documents];
        Arrays.fill(prices, Double.NaN);
        SortedNumericDocValues price = DocValues.getSortedNumeric(reader, "price");
        while (price.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
            prices[price.docID()] = NumericUtils.sortableLongToDouble(price.nextValue());
        }
        brands = new int[documents];
        Arrays.fill(brands, -1);
        SortedDocValues brand = DocValues.getSorted(reader, IndexFields.BRAND);
        while (brand.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
            brands[brand.docID()] = brand.ordValue();
        }
        brandNames = new String[brand.getValueCount()];
        for (int i = 0; i < brandNames.length; i++) {
            brandNames[i] = brand.lookupOrd(i).utf8ToString();
        }
        categories = new int[documents];
        SortedSetDocValues paths = DocValues.getSortedSet(reader, IndexFields.CATEGORIES);
        categorySets = readSets(paths, categories);
        categoryNames = new String[(int) paths.getValueCount()];
        for (int i = 0; i < categoryNames.length; i++) {
            categoryNames[i] = paths.lookupOrd(i).utf8ToString();
        }
    }

    private static int[] order(int[] numbers) {
        boolean ordered = true;
        for (int i = 1; i < numbers.length && ordered; i++) {
            ordered = numbers[i - 1] <= numbers[i];
        }
        if (ordered) {
            return new int[0];
        }
        long[] pairs = new long[numbers.length];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = (long) numbers[i] << 32 | i;
        }
        Arrays.sort(pairs);
        int[] documents = new int[pairs.length];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = (int) pairs[i];
        }
        return documents;
    }

    private int at(int place) {
        return byNumber.length == 0 ? place : byNumber[place];
    }

    /**
     * The document of an item.
     *
     * @param live documents that were not replaced since; null for all
     * @return -1 when it is not in this segment
     */
    int document(int item, @Nullable Bits live) {
        int low = 0;
        int high = numbers.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (numbers[at(middle)] < item) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (; low < numbers.length && numbers[at(low)] == item; low++) {
            if (live == null || live.get(at(low))) {
                return at(low);
            }
        }
        return -1;
    }

    private static int[][] readSets(SortedSetDocValues paths, int[] setOf) throws IOException {
        List<int[]> sets = new ArrayList<>();
        sets.add(new int[0]);
        Map<List<Integer>, Integer> known = new HashMap<>();
        while (paths.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
            List<Integer> set = new ArrayList<>(paths.docValueCount());
            for (int i = 0; i < paths.docValueCount(); i++) {
                set.add((int) paths.nextOrd());
            }
            Integer place = known.get(set);
            if (place == null) {
                place = sets.size();
                known.put(set, place);
                sets.add(set.stream().mapToInt(Integer::intValue).toArray());
            }
            setOf[paths.docID()] = place;
        }
        return sets.toArray(new int[0][]);
    }

    /** Titles' terms are read for few documents only and stay on disk. */
    static BinaryDocValues titleTerms(LeafReader reader) throws IOException {
        return DocValues.getBinary(reader, IndexFields.TITLE_TERMS);
    }
}
