package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.relevance.Listing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatedPairsTest {
    private static final String HEADER =
            "\"id\",\"product_uid\",\"product_title\",\"search_term\",\"relevance\"\n";

    @TempDir private Path folder;
    @TempDir private Path fits;

    private RatedPairs read(String text) throws IOException {
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(folder.resolve("train.csv.gz")))) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        return RatedPairs.read(folder);
    }

    @Test
    void readsPairsWithTermsAndProductsOnce() throws IOException {
        RatedPairs pairs =
                read(
                        HEADER
                                + "2,7,\"Door, 80\u00b0\",\"door\",3\n"
                                + "3,7,\"Door, 80\u00b0\",\"red door\",2.33\n"
                                + "4,9,\"Lamp\",\"door\",1\n");
        assertThat(pairs.listing().terms()).containsExactly("door", "red door");
        assertThat(pairs.listing().titles()).containsExactly("Door, 80\u00b0", "Lamp");
        assertThat(pairs.listing().order()).containsExactly(7, 9);
        assertThat(pairs.listing().term()).containsExactly(0, 1, 0);
        assertThat(pairs.listing().product()).containsExactly(0, 0, 1);
        assertThat(pairs.ratings()).containsExactly(3, 2.33f, 1);
    }

    @Test
    void refusesWhatIsNotSuchATable() {
        assertThatThrownBy(() -> read("a,b\n1,2\n"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("line 1: expected [id, product_uid");
        assertThatThrownBy(() -> read(HEADER + "2,x,\"Door\",\"door\",3\n"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("line 2");
    }

    /** Terms with eight products each. */
    private static RatedPairs generated(int terms) {
        SplittableRandom random = new SplittableRandom(3);
        List<String> colours = List.of("red", "blue", "green", "white");
        List<String> things = List.of("door", "lamp", "rug", "fan", "hose", "drill");
        List<String> asked = new ArrayList<>();
        List<String> titles = new ArrayList<>();
        int[] term = new int[terms * 8];
        int[] product = new int[terms * 8];
        float[] ratings = new float[terms * 8];
        for (int i = 0; i < terms; i++) {
            String colour = colours.get(random.nextInt(colours.size()));
            String thing = things.get(random.nextInt(things.size()));
            asked.add(colour + " " + thing + " no " + i);
            for (int k = 0; k < 8; k++) {
                int pair = i * 8 + k;
                String ownColour = random.nextBoolean() ? colour : colours.get(k % 4);
                String ownThing = random.nextBoolean() ? thing : things.get(k % 6);
                titles.add("maker" + k % 3 + " " + ownColour + " steel " + ownThing);
                term[pair] = i;
                product[pair] = pair;
                ratings[pair] =
                        1
                                + (ownColour.equals(colour) ? .67f : 0)
                                + (ownThing.equals(thing) ? 1.33f : 0);
            }
        }
        long[] order = IntStream.range(0, titles.size()).asLongStream().toArray();
        return new RatedPairs(new Listing(asked, titles, order, term, product), ratings);
    }

    @Test
    void splitsLikeTheCompetition() {
        RatedPairs pairs = generated(800);
        RatedPairs.Split split = pairs.likeCompetition(1);
        assertThat(split.train().length + split.test().length).isEqualTo(6_400);
        assertThat(split.train().length / 6_400.0).isCloseTo(.3125, within(.02));
        boolean[] seen = new boolean[800];
        Arrays.stream(split.train()).forEach(pair -> seen[pairs.listing().term()[pair]] = true);
        long unseen =
                Arrays.stream(split.test())
                        .filter(pair -> !seen[pairs.listing().term()[pair]])
                        .count();
        assertThat(unseen).isBetween(3_200L, 3_250L);
        assertThat(pairs.likeCompetition(1).test()).isEqualTo(split.test());
        assertThat(pairs.likeCompetition(2).test()).isNotEqualTo(split.test());
    }

    @Test
    void figuresAreThoseComputedByHand() {
        Listing listing =
                new Listing(
                        List.of("seen", "asked", "single"),
                        List.of("a", "b", "c", "d", "e"),
                        new long[5],
                        new int[] {0, 0, 1, 1, 2},
                        new int[] {0, 1, 2, 3, 4});
        RatedPairs pairs = new RatedPairs(listing, new float[] {3, 1, 3, 2, 3});
        RatedPairs.Split split = new RatedPairs.Split(new int[] {0}, new int[] {1, 2, 3, 4});
        assertThat(pairs.rmse(split.test(), new double[] {2, 3, 2, 2}))
                .isCloseTo(Math.sqrt(.5), within(1e-9));
        // Only "asked" counts: gains 2 and 1 in the wrong order.
        double wrong =
                (1 + 2 / (Math.log(3) / Math.log(2))) / (2 + 1 / (Math.log(3) / Math.log(2)));
        assertThat(pairs.ndcg(split, new double[] {0, 1, 2, 0})).isCloseTo(wrong, within(1e-9));
        assertThat(pairs.ndcg(split, new double[] {0, 2, 1, 0})).isCloseTo(1, within(1e-9));
        assertThat(pairs.liked(split, 2.33)).containsExactly(0);
    }

    @Test
    void treesForetellRatingsAndOrderOfTermsTheyNeverSaw() {
        RatedPairs pairs = generated(240);
        List<Outcome> outcomes = run(pairs, "code", Progress.NONE);
        assertThat(outcomes).hasSize(15);
        assertThat(outcomes.getLast().model()).isEqualTo("trees");
        double mean = figure(outcomes, "mean", "rmse");
        assertThat(figure(outcomes, "trees", "rmse")).isLessThan(.3 * mean);
        assertThat(figure(outcomes, "trees", "ndcgAt10"))
                .isGreaterThan(.99)
                .isGreaterThan(figure(outcomes, "bm25", "ndcgAt10"));
    }

    @Test
    void aRunThatWasKilledHasTheStepsThatEnded() throws IOException {
        read(HEADER + "2,7,\"Door\",\"door\",3\n");
        RatedPairs pairs = generated(60);
        List<Outcome> whole = run(pairs, "whole", Progress.NONE);

        List<String> begun = new ArrayList<>();
        assertThatThrownBy(() -> run(pairs, "code", until(begun, 3))).hasMessage("killed");
        int fits = begun.size();
        begun.clear();
        List<Outcome> resumed = run(pairs, "code", until(begun, Integer.MAX_VALUE));

        assertThat(resumed).extracting(Outcome::report).isEqualTo(reports(whole));
        assertThat(begun).filteredOn(step -> step.startsWith("mean")).hasSizeGreaterThan(4);
        assertThat(fits).isPositive();

        begun.clear();
        assertThat(run(pairs, "code", until(begun, Integer.MAX_VALUE)))
                .extracting(Outcome::report)
                .isEqualTo(reports(whole));
        assertThat(begun)
                .as("a step that was fitted again")
                .noneMatch(s -> s.startsWith("boosted"));

        run(pairs, "other code", until(begun, Integer.MAX_VALUE));
        assertThat(begun).anyMatch(step -> step.startsWith("boosted"));

        // Other data are other steps.
        begun.clear();
        read(HEADER + "2,7,\"Lamp\",\"lamp\",3\n");
        run(pairs, "other code", until(begun, Integer.MAX_VALUE));
        assertThat(begun).anyMatch(step -> step.startsWith("boosted"));
    }

    private static List<Report> reports(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::report).toList();
    }

    private List<Outcome> run(RatedPairs pairs, String code, Progress progress) {
        List<Outcome> outcomes = new ArrayList<>();
        List<String> models = List.of("mean", "bm25", "trees");
        try (KeptSteps steps =
                KeptSteps.open(fits, TitleRelevance.DATASET, folder, code, progress)) {
            new TitleRelevance(pairs, models, 1, steps, progress, outcomes::add).run();
        }
        return outcomes;
    }

    /** Notes which steps begin, and ends the run when so many trees were begun. */
    private static Progress until(List<String> begun, int last) {
        return new Progress() {
            @Override
            public void start(String step, String unit, long total) {
                begun.add(step);
                if (begun.stream().filter(one -> one.startsWith("boosted")).count() == last) {
                    throw new IllegalStateException("killed");
                }
            }

            @Override
            public void advance(long done) {}

            @Override
            public void finish(String summary) {}
        };
    }

    private static double figure(List<Outcome> outcomes, String model, String name) {
        return outcomes.stream()
                .filter(outcome -> outcome.model().equals(model))
                .mapToDouble(outcome -> outcome.report().figure(name))
                .average()
                .orElseThrow();
    }
}
