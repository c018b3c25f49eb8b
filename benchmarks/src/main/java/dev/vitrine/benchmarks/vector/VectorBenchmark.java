package dev.vitrine.benchmarks.vector;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.server.cli.Argument;
import dev.vitrine.server.cli.Benchmark;
import dev.vitrine.server.cli.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * {@code vitrine benchmark vectors}: the 100 best for a shopper's vector with one thread, for all
 * items and under filters that keep a half, a tenth, a hundredth and a thousandth. Scans are
 * measured with {@code items}, graph indexes and scans beside each other with {@code graphItems} (0
 * leaves the graphs out), because graphs take long to build.
 */
public final class VectorBenchmark implements Benchmark {
    private static final int BEST = 100;
    private static final int QUERIES = 1_000;

    /** The queries that recall is counted on; they also warm up. */
    private static final int TRUTHS = 200;

    private static final int FEWEST = 50;
    private static final long MOST_NANOS = 6_000_000_000L;
    private static final long SEED = 7;
    private static final Map<String, Double> FILTERS = new LinkedHashMap<>();

    static {
        FILTERS.put("All", 1.0);
        FILTERS.put("Half", 0.5);
        FILTERS.put("Tenth", 0.1);
        FILTERS.put("Hundredth", 0.01);
        FILTERS.put("Thousandth", 0.001);
    }

    @Override
    public String name() {
        return "vectors";
    }

    @Override
    public String description() {
        return "best 100 of a million vectors under filters: the table, plain scans, graph indexes";
    }

    @Override
    public List<Argument> arguments() {
        return List.of(
                new Argument.Whole("items", 1_000_000, 0, 100_000_000),
                new Argument.Whole("graphItems", 200_000, 0, 100_000_000));
    }

    @Override
    public String duration() {
        return "25 min";
    }

    @Override
    public Figures run(Context context) throws IOException {
        int items = context.arguments().whole("items");
        int graphItems = context.arguments().whole("graphItems");
        Figures figures = new Figures();
        figures.note(
                "One thread; k = 100; 64-dimensional factors of implicit ALS fitted on simulated,"
                        + " clustered behaviour; recall against an exact scan in floats.");
        if (graphItems > 0) {
            Round small = new Round(context, figures, graphItems);
            small.scans();
            small.graphs();
        }
        if (items > 0) {
            new Round(context, figures, items).scans();
        }
        return figures;
    }

    /** Which items are allowed, and the exact answers for the first queries. */
    private record Filter(String name, ItemMask mask, TopItems[] truth) {}

    /** All contenders on one number of items. */
    private static final class Round {
        private final PrintStream out;
        private final Path work;
        private final Figures figures;
        private final String suffix;
        private final FittedVectors vectors;
        private final List<Filter> filters = new ArrayList<>();

        Round(Context context, Figures figures, int items) throws IOException {
            this.out = context.out();
            this.work = Files.createTempDirectory(context.work(), "round");
            this.figures = figures;
            this.suffix = "At" + items / 1000 + "k";
            out.println("fitting vectors of " + items + " items");
            vectors = FittedVectors.fit(items, QUERIES, SEED, context.progress());
            SplittableRandom random = new SplittableRandom(SEED);
            FloatScan exact = new FloatScan(vectors.items());
            FILTERS.forEach((name, share) -> {
                ItemMask mask = new ItemMask(items);
                for (int i = 0; i < items; i++) {
                    if (random.nextDouble() < share) {
                        mask.add(i);
                    }
                }
                filters.add(new Filter(name, mask, truths(exact, mask)));
            });
        }

        private TopItems[] truths(FloatScan exact, ItemMask mask) {
            TopItems[] found = new TopItems[TRUTHS];
            for (int q = 0; q < TRUTHS; q++) {
                found[q] = new TopItems(BEST);
                exact.search(vectors.queries()[q], mask, found[q]);
            }
            return found;
        }

        void scans() throws IOException {
            long start = System.nanoTime();
            try (TableContender table = new TableContender(vectors.items(), work)) {
                built(table, start);
                figures.put("tableLoadSeconds" + suffix, table.loadSeconds);
                figures.put("tableSaveSeconds" + suffix, table.saveSeconds);
                measure(table);
            }
            start = System.nanoTime();
            ByteScan bytes = new ByteScan(vectors.items());
            built(bytes, start);
            measure(bytes);
            FloatScan floats = new FloatScan(vectors.items());
            built(floats, System.nanoTime());
            measure(floats);
        }

        void graphs() throws IOException {
            for (boolean quantized : new boolean[] {false, true}) {
                String name = quantized ? "luceneInt8Beam" : "luceneFloatBeam";
                Path directory = work.resolve(name);
                long start = System.nanoTime();
                LuceneGraph.build(vectors.items(), directory, quantized);
                for (int beam : new int[] {200, 600}) {
                    try (LuceneGraph graph = new LuceneGraph(name + beam, directory, beam)) {
                        if (beam == 200) {
                            built(graph, start);
                        }
                        measure(graph);
                    }
                }
            }
            long start = System.nanoTime();
            JVectorGraph graph = JVectorGraph.build(vectors.items(), 200);
            built(graph, start);
            measure(graph);
            measure(graph.withBeam(600));
        }

        private void built(Contender contender, long start) throws IOException {
            double seconds = (System.nanoTime() - start) / 1e9;
            figures.put(contender.name() + "BuildSeconds" + suffix, seconds);
            figures.put(contender.name() + "MiB" + suffix, contender.bytes() / 1048576.0);
            out.printf(
                    "%s%s: built in %.1f s, %.0f MiB%n",
                    contender.name(), suffix, seconds, contender.bytes() / 1048576.0);
        }

        private void measure(Contender contender) throws IOException {
            for (Filter filter : filters) {
                measure(contender, filter);
            }
        }

        private void measure(Contender contender, Filter filter) throws IOException {
            TopItems best = new TopItems(BEST);
            double recall = recall(contender, filter, best);
            long[] nanos = new long[QUERIES];
            int count = 0;
            long begin = System.nanoTime();
            while (count < QUERIES && (count < FEWEST || System.nanoTime() - begin < MOST_NANOS)) {
                best.clear();
                long start = System.nanoTime();
                contender.search(vectors.queries()[count], filter.mask(), best);
                nanos[count++] = System.nanoTime() - start;
            }
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            double mean = Arrays.stream(sorted).average().orElse(Double.NaN);
            double half = sorted[count / 2] / 1e6;
            double most = sorted[Math.min(count - 1, count * 99 / 100)] / 1e6;
            String prefix = contender.name() + filter.name();
            figures.put(prefix + "RecallAt100" + suffix, recall);
            figures.put(prefix + "QueriesPerSecond" + suffix, 1e9 / mean);
            figures.put(prefix + "P50Ms" + suffix, half);
            figures.put(prefix + "P99Ms" + suffix, most);
            out.printf(
                    "%-20s %-11s recall %.4f  %7.0f/s  p50 %7.3f ms  p99 %7.3f ms%n",
                    contender.name() + suffix, filter.name(), recall, 1e9 / mean, half, most);
        }

        private double recall(Contender contender, Filter filter, TopItems best)
                throws IOException {
            TopItems[] truth = filter.truth();
            long found = 0;
            long all = 0;
            for (int q = 0; q < truth.length; q++) {
                best.clear();
                contender.search(vectors.queries()[q], filter.mask(), best);
                best.sort();
                for (int place = 0; place < Math.min(BEST, best.size()); place++) {
                    found += contains(truth[q], best.item(place)) ? 1 : 0;
                }
                all += truth[q].size();
            }
            return (double) found / all;
        }

        private static boolean contains(TopItems items, int item) {
            for (int i = 0; i < items.size(); i++) {
                if (items.item(i) == item) {
                    return true;
                }
            }
            return false;
        }
    }
}
