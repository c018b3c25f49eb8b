package dev.vitrine.training.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import dev.vitrine.training.trees.TreeSettings.Objective;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClickedOrderTest {
    private static final List<String> NAMES = List.of("fits", "liked", "shownBy", "noise");
    private static final int PLACES = 10;
    private static final int THINGS = 15;
    private static final int QUERIES = 120;
    private static final int LISTS = 12_000;

    /** A shop that showed by one feature, which says little of what is wanted. */
    private static final class Simulated {
        private final float[] features = new float[QUERIES * THINGS * NAMES.size()];
        private final double[] wanted = new double[QUERIES * THINGS];
        private final int[] lists = new int[LISTS];
        private final int[] subject = new int[LISTS * PLACES];
        private final int[] place = new int[LISTS * PLACES];
        private final boolean[] clicked = new boolean[LISTS * PLACES];

        Simulated(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int thing = 0; thing < wanted.length; thing++) {
                int at = thing * NAMES.size();
                for (int i = 0; i < NAMES.size(); i++) {
                    features[at + i] = (float) random.nextDouble();
                }
                double odds = 3 * features[at] + 2 * features[at + 1] - .5 * features[at + 2] - 4;
                wanted[thing] = 1 / (1 + Math.exp(-odds));
            }
            for (int list = 0; list < LISTS; list++) {
                show(list, random.nextInt(QUERIES), random);
            }
        }

        private void show(int list, int query, SplittableRandom random) {
            double[] rank = new double[THINGS];
            for (int i = 0; i < THINGS; i++) {
                rank[i] = at(query * THINGS + i, 2) + .3 * random.nextGaussian();
            }
            int[] order =
                    IntStream.range(0, THINGS)
                            .boxed()
                            .sorted(Comparator.comparingDouble(i -> -rank[i]))
                            .mapToInt(Integer::intValue)
                            .toArray();
            lists[list] = PLACES;
            for (int k = 0; k < PLACES; k++) {
                int row = list * PLACES + k;
                subject[row] = query * THINGS + order[k];
                place[row] = k;
                boolean looked = random.nextDouble() < look(k);
                clicked[row] = looked && random.nextDouble() < wanted[subject[row]];
            }
        }

        private float at(int thing, int feature) {
            return features[thing * NAMES.size() + feature];
        }

        ClickLog log() {
            return new ClickLog(lists, subject, place, clicked);
        }

        TreeRows rows(ClickLog log, Examination examination) {
            float[] all = new float[log.rows() * NAMES.size()];
            for (int row = 0; row < log.rows(); row++) {
                System.arraycopy(
                        features,
                        subject[row] * NAMES.size(),
                        all,
                        row * NAMES.size(),
                        NAMES.size());
            }
            return ClickedOrder.rows(NAMES, all, log, examination, 20);
        }

        /** NDCG@10 of an order by scores, with the chance of being wanted as the gain. */
        double ndcg(TreeEnsemble trees) {
            double sum = 0;
            for (int query = 0; query < QUERIES; query++) {
                int from = query * THINGS;
                sum +=
                        dcg(from, thing -> trees.score(features, thing))
                                / dcg(from, thing -> wanted[thing]);
            }
            return sum / QUERIES;
        }

        private double dcg(int from, java.util.function.IntToDoubleFunction score) {
            List<Integer> things = new ArrayList<>();
            IntStream.range(from, from + THINGS).forEach(things::add);
            things.sort(Comparator.comparingDouble((Integer thing) -> -score.applyAsDouble(thing)));
            double sum = 0;
            for (int k = 0; k < PLACES; k++) {
                sum += wanted[things.get(k)] / (Math.log(k + 2) / Math.log(2));
            }
            return sum;
        }
    }

    private static double look(int place) {
        return 1 / Math.pow(place + 1, 1);
    }

    private static double fittedNdcg(Simulated shown, Simulated asked, Examination examination) {
        TreeSettings settings = TreeSettings.of(Objective.RANKING).withTrees(60);
        TreeRows rows = shown.rows(shown.log(), examination);
        return asked.ndcg(BoostedTrees.fit(settings, rows, Progress.NONE).ensemble());
    }

    @Test
    void howOftenPlacesAreLookedAtIsFoundAgain() {
        ClickLog log = new Simulated(1).log();
        Examination found = Examination.of(log);
        for (int k = 0; k < PLACES; k++) {
            assertThat(found.looks()[k]).isCloseTo(look(k), within(.06));
        }
        assertThat(found.weight(3, 10)).isCloseTo(4, within(.7));
        assertThat(found.weight(PLACES - 1, 5)).isEqualTo(5);
    }

    @Test
    void theCorrectedOrderIsCloserToWhatIsWanted() {
        Simulated shown = new Simulated(1);
        Simulated asked = new Simulated(2);
        ClickLog log = shown.log();
        Examination found = Examination.of(log);
        Examination equal = new Examination(new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
        double naive = fittedNdcg(shown, asked, equal);
        double corrected = fittedNdcg(shown, asked, found);
        assertThat(corrected).isGreaterThan(naive + .02);
        assertThat(corrected).isGreaterThan(.95);
    }

    @Test
    void refusesClicksThatTellNothing() {
        int[] one = {2};
        int[] places = {0, 1};
        assertThatThrownBy(() ->
                        Examination.of(
                                new ClickLog(
                                        one,
                                        new int[] {0, 1},
                                        places,
                                        new boolean[] {false, false})))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("0 of 2 that were shown were clicked");
        assertThatThrownBy(() ->
                        Examination.of(
                                new ClickLog(
                                        new int[] {2, 2},
                                        new int[] {0, 1, 0, 1},
                                        new int[] {0, 1, 0, 1},
                                        new boolean[] {true, false, false, true})))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("place 2");
        assertThatThrownBy(
                        () -> new ClickLog(one, new int[] {0}, new int[] {0}, new boolean[] {true}))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("1 subjects");
    }
}
