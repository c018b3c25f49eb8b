package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.Availability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.util.BytesRef;

/** Counts the values of one facet, segment by segment. One search each; not thread-safe. */
abstract sealed class FacetCounter {
    private final FacetRequest request;
    private final Map<String, Long> totals = new HashMap<>();

    private FacetCounter(FacetRequest request) {
        this.request = request;
    }

    static FacetCounter of(FacetRequest request, Snapshot snapshot) {
        return switch (request.field().name()) {
            case "brand" -> new Brands(request);
            case "categories" -> new Categories(request);
            case "availability" -> new Availabilities(request);
            case "price" ->
                    new Prices(
                            request,
                            request.bounds().isEmpty()
                                    ? snapshot.priceBounds().bounds()
                                    : request.bounds());
            default -> new Attributes(request);
        };
    }

    FacetRequest request() {
        return request;
    }

    abstract void start(LeafReader reader, SegmentColumns segment) throws IOException;

    /** A product of the segment that was started fits. */
    abstract void count(int document) throws IOException;

    abstract void finish() throws IOException;

    /** The most frequent values. */
    Facet facet() {
        List<Facet.Value> values = new ArrayList<>(totals.size());
        totals.forEach((value, count) ->
                values.add(new Facet.Value(value, count, Double.NaN, Double.NaN)));
        values.sort(
                Comparator.comparingLong(Facet.Value::count)
                        .reversed()
                        .thenComparing(Facet.Value::value));
        return new Facet(
                request.field().name(),
                values.subList(0, Math.min(request.limit(), values.size())));
    }

    final void add(String value, long count) {
        totals.merge(value, count, Long::sum);
    }

    private static final class Brands extends FacetCounter {
        private SegmentColumns segment = SegmentColumns.EMPTY;
        private int[] counts = {};

        Brands(FacetRequest request) {
            super(request);
        }

        @Override
        void start(LeafReader reader, SegmentColumns columns) {
            segment = columns;
            counts = new int[columns.brandNames.length + 1];
        }

        @Override
        void count(int document) {
            counts[segment.brands[document] + 1]++;
        }

        @Override
        void finish() {
            for (int i = 1; i < counts.length; i++) {
                if (counts[i] > 0) {
                    add(segment.brandNames[i - 1], counts[i]);
                }
            }
        }
    }

    private static final class Categories extends FacetCounter {
        private SegmentColumns segment = SegmentColumns.EMPTY;
        private int[] counts = {};

        Categories(FacetRequest request) {
            super(request);
        }

        @Override
        void start(LeafReader reader, SegmentColumns columns) {
            segment = columns;
            counts = new int[columns.categorySets.length];
        }

        @Override
        void count(int document) {
            counts[segment.categories[document]]++;
        }

        @Override
        void finish() {
            int[] byName = new int[segment.categoryNames.length];
            for (int set = 0; set < counts.length; set++) {
                if (counts[set] > 0) {
                    for (int name : segment.categorySets[set]) {
                        byName[name] += counts[set];
                    }
                }
            }
            for (int i = 0; i < byName.length; i++) {
                if (byName[i] > 0) {
                    add(segment.categoryNames[i], byName[i]);
                }
            }
        }
    }

    private static final class Availabilities extends FacetCounter {
        private static final Availability[] VALUES = Availability.values();
        private final int[] counts = new int[VALUES.length];
        private SegmentColumns segment = SegmentColumns.EMPTY;

        Availabilities(FacetRequest request) {
            super(request);
        }

        @Override
        void start(LeafReader reader, SegmentColumns columns) {
            segment = columns;
            java.util.Arrays.fill(counts, 0);
        }

        @Override
        void count(int document) {
            counts[segment.availabilities[document]]++;
        }

        @Override
        void finish() {
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    add(VALUES[i].wire(), counts[i]);
                }
            }
        }
    }

    private static final class Prices extends FacetCounter {
        private final double[] bounds;
        private final long[] counts;
        private SegmentColumns segment = SegmentColumns.EMPTY;

        Prices(FacetRequest request, List<Double> bounds) {
            super(request);
            this.bounds = bounds.stream().mapToDouble(Double::doubleValue).toArray();
            this.counts = new long[this.bounds.length + 1];
        }

        @Override
        void start(LeafReader reader, SegmentColumns columns) {
            segment = columns;
        }

        @Override
        void count(int document) {
            double price = segment.prices[document];
            if (!Double.isNaN(price)) {
                int range = 0;
                while (range < bounds.length && price >= bounds[range]) {
                    range++;
                }
                counts[range]++;
            }
        }

        @Override
        void finish() {}

        @Override
        Facet facet() {
            List<Facet.Value> values = new ArrayList<>();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    double low = i == 0 ? Double.NEGATIVE_INFINITY : bounds[i - 1];
                    double high = i == bounds.length ? Double.POSITIVE_INFINITY : bounds[i];
                    values.add(new Facet.Value(name(low, high), counts[i], low, high));
                }
            }
            return new Facet(request().field().name(), values);
        }

        private static String name(double low, double high) {
            return (Double.isInfinite(low) ? "" : FilterField.number(low))
                    + "-"
                    + (Double.isInfinite(high) ? "" : FilterField.number(high));
        }
    }

    /** Values of one attribute stand together among the sorted values of all attributes. */
    private static final class Attributes extends FacetCounter {
        private final String prefix;
        private SortedSetDocValues values = DocValues.emptySortedSet();
        private long first;
        private int[] counts = {};

        Attributes(FacetRequest request) {
            super(request);
            prefix = request.field().attributeKey() + IndexFields.SEPARATOR;
        }

        @Override
        void start(LeafReader reader, SegmentColumns columns) throws IOException {
            values = DocValues.getSortedSet(reader, IndexFields.ATTRIBUTE_VALUES);
            first = place(prefix);
            String behind =
                    prefix.substring(0, prefix.length() - 1) + (char) (IndexFields.SEPARATOR + 1);
            counts = new int[(int) (place(behind) - first)];
        }

        private long place(String text) throws IOException {
            long place = values.lookupTerm(new BytesRef(text));
            return place >= 0 ? place : -place - 1;
        }

        @Override
        void count(int document) throws IOException {
            if (counts.length == 0 || !values.advanceExact(document)) {
                return;
            }
            for (int i = values.docValueCount(); i > 0; i--) {
                long place = values.nextOrd() - first;
                if (place >= 0 && place < counts.length) {
                    counts[(int) place]++;
                }
            }
        }

        @Override
        void finish() throws IOException {
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    String value = values.lookupOrd(first + i).utf8ToString();
                    add(value.substring(prefix.length()), counts[i]);
                }
            }
        }
    }
}
