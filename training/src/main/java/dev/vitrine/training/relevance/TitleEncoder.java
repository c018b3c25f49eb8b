package dev.vitrine.training.relevance;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.text.TextPairs;
import dev.vitrine.training.text.TextSettings;
import dev.vitrine.training.text.TextTrainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The shop's own text encoder for terms and titles. It first learns from titles alone which title a
 * few words are of (the inverse cloze task, Lee et al. 2019), then from pairs that were rated well.
 * The last tenth of the pairs given, and no more than a thousand, says when to stop.
 */
public final class TitleEncoder {
    private static final FitSettings FIRST = new FitSettings(2, 2, 3e-3, 50, 0, 5, 1);
    private static final FitSettings SECOND = new FitSettings(4, 2, 2e-3, 20, 0, 5, 1);
    private static final int FEWEST_WORDS = 4;

    /** Held-out pairs that are told apart from each other. */
    private static final int MOST_HELD_OUT = 1_000;

    private final Torch torch;
    private final Path work;
    private final Progress progress;

    /**
     * @param work an empty folder for graphs under way
     */
    public TitleEncoder(Torch torch, Path work, Progress progress) {
        this.torch = torch;
        this.work = work;
        this.progress = progress;
    }

    /** The values of an encoder; what they mean is the encoder's business. */
    public record Values(Map<String, float[]> values) {}

    /** Learns from titles alone. */
    public Values pretrain(List<String> titles) {
        return fit(FIRST, cloze(titles, FIRST.seed()), new Values(Map.of()));
    }

    /** One to three words of each title, beside the whole of it or its other words by chance. */
    static TextPairs cloze(List<String> titles, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> texts = new ArrayList<>();
        for (String title : new LinkedHashSet<>(titles)) {
            String[] words = title.strip().split("\\s+");
            if (words.length < FEWEST_WORDS) {
                continue;
            }
            int taken = 1 + random.nextInt(Math.min(3, words.length / 2));
            int from = random.nextInt(words.length - taken + 1);
            texts.add(String.join(" ", Arrays.copyOfRange(words, from, from + taken)));
            texts.add(random.nextBoolean() ? title.strip() : without(words, from, from + taken));
        }
        int count = texts.size() / 2;
        int[] left = new int[count];
        int[] right = new int[count];
        for (int pair = 0; pair < count; pair++) {
            left[pair] = 2 * pair;
            right[pair] = 2 * pair + 1;
        }
        return new TextPairs(texts, left, right);
    }

    private static String without(String[] words, int from, int to) {
        List<String> rest = new ArrayList<>(List.of(words).subList(0, from));
        rest.addAll(List.of(words).subList(to, words.length));
        return String.join(" ", rest);
    }

    /**
     * Goes on with pairs that were rated well.
     *
     * @param pairs of the listing
     */
    public Values fineTune(Values from, Listing listing, int[] pairs) {
        List<String> texts = new ArrayList<>(listing.terms());
        texts.addAll(listing.titles());
        int[] left = new int[pairs.length];
        int[] right = new int[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            left[i] = listing.term()[pairs[i]];
            right[i] = listing.terms().size() + listing.product()[pairs[i]];
        }
        return fit(SECOND, new TextPairs(texts, left, right), from);
    }

    private Values fit(FitSettings settings, TextPairs pairs, Values from) {
        int kept = pairs.size() - Math.min(MOST_HELD_OUT, pairs.size() / 10);
        TextPairs train =
                new TextPairs(
                        pairs.texts(),
                        Arrays.copyOf(pairs.left(), kept),
                        Arrays.copyOf(pairs.right(), kept));
        ToDoubleFunction<TextEncoder> judge = encoder -> reciprocalRank(encoder, pairs, kept);
        TextTrainer trainer =
                new TextTrainer(torch, TextSettings.DEFAULT, settings, train, judge, work);
        trainer.parameters().restore(from.values());
        new Fit(settings, null, progress).run(trainer);
        return new Values(trainer.parameters().snapshot());
    }

    /** The mean reciprocal rank of the right text among those of all held-out pairs. */
    private static double reciprocalRank(TextEncoder encoder, TextPairs pairs, int first) {
        List<String> left = new ArrayList<>();
        List<String> right = new ArrayList<>();
        for (int pair = first; pair < pairs.size(); pair++) {
            left.add(pairs.texts().get(pairs.left()[pair]));
            right.add(pairs.texts().get(pairs.right()[pair]));
        }
        DenseRows asked = new DenseRows(encoder.encode(left), encoder.width());
        DenseRows titles = new DenseRows(encoder.encode(right), encoder.width());
        double sum = 0;
        for (int i = 0; i < left.size(); i++) {
            double own = DenseRows.dot(asked, i, titles, i);
            int rank = 1;
            for (int other = 0; other < left.size(); other++) {
                rank += DenseRows.dot(asked, i, titles, other) > own ? 1 : 0;
            }
            sum += 1.0 / rank;
        }
        return sum / Math.max(1, left.size());
    }

    /** The cosine of term and title, for each pair of the listing. */
    public float[] cosines(Values values, Listing listing) {
        Path file = work.resolve("titles.onnx");
        TextTrainer trainer =
                new TextTrainer(
                        torch,
                        TextSettings.DEFAULT,
                        FIRST,
                        new TextPairs(List.of("", ""), new int[] {0, 1}, new int[] {1, 0}),
                        encoder -> 0,
                        work);
        trainer.parameters().restore(values.values());
        trainer.export(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            TextEncoder encoder = trainer.encoder(session);
            DenseRows terms = new DenseRows(encoder.encode(listing.terms()), encoder.width());
            DenseRows titles = new DenseRows(encoder.encode(listing.titles()), encoder.width());
            float[] cosines = new float[listing.size()];
            for (int row = 0; row < cosines.length; row++) {
                cosines[row] =
                        (float)
                                DenseRows.dot(
                                        terms, listing.term()[row], titles, listing.product()[row]);
            }
            return cosines;
        }
    }
}
