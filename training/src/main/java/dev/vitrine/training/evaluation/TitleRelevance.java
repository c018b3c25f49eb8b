package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.relevance.RelevanceModel;
import dev.vitrine.training.relevance.RelevanceTable;
import dev.vitrine.training.relevance.TitleEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How well does a title answer a search term? The ratings of Home Depot's competition, foretold
 * from titles alone, in five splits like the competition's; and the order of the products of terms
 * that training never saw. Beside the trees: the mean rating, BM25, the shop's text encoder before
 * and after it saw ratings, and trees without what the rest of the listing says.
 */
final class TitleRelevance {
    static final String DATASET = "home-depot";

    private static final String MEAN = "mean";
    private static final String BM25 = "bm25";
    private static final String ENCODER = "encoder-before";
    private static final String TUNED = "encoder";
    private static final String FIVE_FOLD = "trees-five-fold";
    private static final String TEXT_ONLY = "trees-texts";
    private static final String WITHOUT_ORDER = "trees-without-order";
    private static final String TREES = "trees";

    static final List<String> MODELS =
            List.of(FIVE_FOLD, MEAN, BM25, ENCODER, TUNED, TEXT_ONLY, WITHOUT_ORDER, TREES);

    private static final int SPLITS = 5;

    /** An encoder is fitted in the first of them only, for it takes minutes. */
    private static final int ENCODED_SPLITS = 3;

    private static final int FITS = 3;
    private static final int FOLDS = 5;

    /** A product with this rating belongs to the term. */
    private static final double LIKED = 2.33;

    private final RatedPairs pairs;
    private final List<String> wanted;
    private final Consumer<Outcome> each;
    private final int threads;
    private final KeptSteps steps;
    private final Map<String, Integer> told = new HashMap<>();
    private final Progress progress;

    TitleRelevance(
            RatedPairs pairs,
            List<String> wanted,
            int threads,
            KeptSteps steps,
            Progress progress,
            Consumer<Outcome> each) {
        this.pairs = pairs;
        this.wanted = wanted;
        this.threads = threads;
        this.steps = steps;
        this.progress = progress;
        this.each = each;
    }

    void run() {
        RelevanceTable table;
        try (ParallelBlocks parallel = new ParallelBlocks(threads)) {
            table = RelevanceTable.of(pairs.listing(), parallel, progress);
        }
        tell(FIVE_FOLD, FOLDS + " folds by chance", () -> fiveFold(table));
        List<RatedPairs.Split> splits = new ArrayList<>();
        for (int split = 1; split <= SPLITS; split++) {
            splits.add(pairs.likeCompetition(split));
        }
        String settings =
                "mean of "
                        + SPLITS
                        + " splits like the competition's, 31 % trained on; NDCG over the terms that"
                        + " training never saw";
        for (RatedPairs.Split split : splits) {
            tell(MEAN, settings, () -> mean(split));
            tell(BM25, settings, () -> order(split, table.bm25()));
        }
        if (wanted.contains(ENCODER) || wanted.contains(TUNED)) {
            encoders(
                    splits.subList(0, ENCODED_SPLITS),
                    "mean of the first " + ENCODED_SPLITS + " of these splits");
        }
        for (RatedPairs.Split split : splits) {
            List<String> text = new ArrayList<>(RelevanceTable.ORDER);
            text.addAll(RelevanceTable.LISTING);
            tell(TEXT_ONLY, settings, () -> trees(table, split, text));
            tell(WITHOUT_ORDER, settings, () -> trees(table, split, RelevanceTable.ORDER));
            tell(TREES, settings, () -> trees(table, split, List.of()));
        }
    }

    private void tell(String model, String settings, Supplier<Report> fit) {
        if (!wanted.contains(model)) {
            return;
        }
        int count = told.merge(model, 1, Integer::sum);
        Map<String, double[]> found =
                steps.step(
                        model + "-" + count,
                        () -> {
                            PeakMemory.reset();
                            long start = System.nanoTime();
                            Report report = fit.get();
                            double seconds = (System.nanoTime() - start) * 1e-9;
                            Map<String, double[]> kept = new LinkedHashMap<>();
                            new Outcome(
                                            DATASET,
                                            model,
                                            settings,
                                            seconds,
                                            PeakMemory.mebibytes(),
                                            report)
                                    .putInto(kept);
                            return kept;
                        });
        Outcome.of(DATASET, settings, found).forEach(each);
    }

    private Report mean(RatedPairs.Split split) {
        double mean =
                Arrays.stream(split.train())
                        .mapToDouble(pair -> pairs.ratings()[pair])
                        .average()
                        .orElse(Double.NaN);
        double[] foretold = new double[split.test().length];
        Arrays.fill(foretold, mean);
        return report(Map.of("rmse", pairs.rmse(split.test(), foretold)), split.test());
    }

    private Report order(RatedPairs.Split split, float[] scores) {
        double[] asked = Arrays.stream(split.test()).mapToDouble(pair -> scores[pair]).toArray();
        return report(Map.of("ndcgAt10", pairs.ndcg(split, asked)), split.test());
    }

    private Report trees(RelevanceTable table, RatedPairs.Split split, List<String> without) {
        double[] foretold = foretold(table, split, without);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rmse", pairs.rmse(split.test(), foretold));
        figures.put("ndcgAt10", pairs.ndcg(split, foretold));
        return report(figures, split.test());
    }

    private double[] foretold(RelevanceTable table, RatedPairs.Split split, List<String> without) {
        RelevanceModel model =
                RelevanceModel.fit(
                        RelevanceModel.settings(threads),
                        FITS,
                        table.rows(split.train(), pairs.ratings(), without),
                        progress);
        return model.predict(table.rows(split.test(), pairs.ratings(), without));
    }

    private Report fiveFold(RelevanceTable table) {
        double squares = 0;
        int count = 0;
        for (RatedPairs.Split fold : pairs.folds(FOLDS, 1)) {
            double rmse = pairs.rmse(fold.test(), foretold(table, fold, List.of()));
            squares += rmse * rmse * fold.test().length;
            count += fold.test().length;
        }
        return new Report(count, Map.of("rmse", Math.sqrt(squares / count)), 0);
    }

    private static Report report(Map<String, Double> figures, int[] test) {
        return new Report(test.length, figures, 0);
    }

    private void encoders(List<RatedPairs.Split> splits, String settings) {
        Path work = scratch();
        try (Torch torch = Torch.open(threads, TorchCache.folder())) {
            TitleEncoder encoder = new TitleEncoder(torch, work, progress);
            Supplier<TitleEncoder.Values> before =
                    once(() -> encoder.pretrain(pairs.listing().titles()));
            Supplier<float[]> cosines = once(() -> encoder.cosines(before.get(), pairs.listing()));
            for (RatedPairs.Split split : splits) {
                tell(ENCODER, settings, () -> order(split, cosines.get()));
                tell(
                        TUNED,
                        settings,
                        () -> {
                            TitleEncoder.Values after =
                                    encoder.fineTune(
                                            before.get(),
                                            pairs.listing(),
                                            pairs.liked(split, LIKED));
                            return order(split, encoder.cosines(after, pairs.listing()));
                        });
            }
        } finally {
            delete(work);
        }
    }

    /** Computed when it is first asked for: not at all where each step was measured before. */
    private static <T> Supplier<T> once(Supplier<T> value) {
        AtomicReference<@Nullable T> known = new AtomicReference<>();
        return () -> {
            T found = known.get();
            if (found == null) {
                found = value.get();
                known.set(found);
            }
            return found;
        };
    }

    private static Path scratch() {
        try {
            return Files.createTempDirectory("vitrine-titles-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for graphs under way", e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
