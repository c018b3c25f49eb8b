package dev.vitrine.applications.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlendCausesTest {
    private static final int ITEMS = 60;
    private static final int SHOWN = 10;

    private final SplittableRandom random = new SplittableRandom(5);

    /** Likeness of any two items, mostly none. */
    private float[][] likeness() {
        float[][] likeness = new float[ITEMS][ITEMS];
        for (float[] row : likeness) {
            for (int item = 0; item < ITEMS; item++) {
                row[item] = random.nextInt(4) == 0 ? random.nextFloat() : 0;
            }
        }
        return likeness;
    }

    /** What is like the history, in sum. */
    private CandidateSource sum(float[][] likeness) {
        return (history, allowed, best) -> {
            for (int item = 0; item < allowed.size(); item++) {
                float score = 0;
                for (int i = 0; i < history.size(); i++) {
                    score += history.weights()[i] * likeness[history.items()[i]][item];
                }
                if (allowed.contains(item)) {
                    best.offer(item, score);
                }
            }
        };
    }

    /** What is like any one of the history: leaving one out may change nothing. */
    private CandidateSource most(float[][] likeness) {
        return (history, allowed, best) -> {
            for (int item = 0; item < allowed.size(); item++) {
                float score = 0;
                for (int i = 0; i < history.size(); i++) {
                    score = Math.max(score, likeness[history.items()[i]][item]);
                }
                if (allowed.contains(item)) {
                    best.offer(item, score);
                }
            }
        };
    }

    private static ItemMask unmet(History history) {
        ItemMask allowed = ItemMask.all(ITEMS);
        for (int item : history.items()) {
            allowed.remove(item);
        }
        return allowed;
    }

    /**
     * Removing what is named lowers what the blend itself says, in its own scale, by more than
     * removing any other does on average; the blend's total is not what the attribution looks at.
     */
    @Test
    void withoutWhatIsNamedTheBlendGivesLessThanWithoutTheOthers() {
        Blend blend =
                new Blend(
                        List.of(
                                new Blend.Part("sum", sum(likeness()), 1),
                                new Blend.Part("most", most(likeness()), .7f)),
                        ITEMS);
        double named = 0;
        double others = 0;
        int cases = 0;
        for (int visitor = 0; visitor < 40; visitor++) {
            History history =
                    History.of(random.ints(0, ITEMS).distinct().limit(6).sorted().toArray());
            ItemMask allowed = unmet(history);
            TopItems shown = new TopItems(SHOWN);
            blend.collect(history, allowed, shown);
            shown.sort();
            int[] items = IntStream.range(0, shown.size()).map(shown::item).toArray();
            float[][] falls = new BlendCauses(blend).of(history, allowed, items);
            for (int i = 0; i < items.length; i++) {
                float[] own = falls[i];
                int strongest =
                        IntStream.range(0, own.length)
                                .reduce((a, b) -> own[a] >= own[b] ? a : b)
                                .orElseThrow();
                for (int event = 0; event < history.size(); event++) {
                    double fall =
                            shown.score(i)
                                    - total(
                                            blend,
                                            history.without(history.items()[event]),
                                            allowed,
                                            items[i]);
                    if (event == strongest) {
                        named += fall;
                    } else {
                        others += fall / (history.size() - 1);
                    }
                }
                cases++;
            }
        }
        assertThat(named / cases).isGreaterThan(.15);
        assertThat(named).isGreaterThan(3 * Math.max(0, others));
    }

    private static double total(Blend blend, History history, ItemMask allowed, int item) {
        TopItems all = new TopItems(ITEMS);
        blend.collect(history, allowed, all);
        return IntStream.range(0, all.size())
                .filter(place -> all.item(place) == item)
                .mapToDouble(all::score)
                .findFirst()
                .orElse(0);
    }

    /** One product behind everything: all that is shown falls with it, though its order stays. */
    @Test
    void aProductThatSpeaksForAllIsNamed() {
        float[][] likeness = new float[ITEMS][ITEMS];
        for (int item = 10; item < 20; item++) {
            likeness[3][item] = 1f / item;
        }
        float[][] falls =
                new BlendCauses(new Blend(List.of(new Blend.Part("sum", sum(likeness), 2f)), ITEMS))
                        .of(History.of(3, 4), ItemMask.all(ITEMS), 10, 19);
        assertThat(falls[0]).containsExactly(2f, 0f);
        assertThat(falls[1][0]).isCloseTo(2 * 10f / 19, within(1e-5f));
    }

    @Test
    void onlyTheNewestAreLeftOut() {
        int[] asked = {0};
        CandidateSource counting = sum(likeness());
        CandidateSource counted =
                (history, allowed, best) -> {
                    asked[0]++;
                    counting.collect(history, allowed, best);
                };
        History history = History.of(IntStream.range(0, 50).toArray());
        float[][] falls =
                new BlendCauses(
                                new Blend(
                                        List.of(
                                                new Blend.Part("sum", counted, 1),
                                                new Blend.Part("unasked", counted, 0)),
                                        ITEMS))
                        .of(history, ItemMask.all(ITEMS), 55);
        assertThat(asked[0]).isEqualTo(BlendCauses.NEWEST + 2);
        for (int event = 0; event < 50 - BlendCauses.NEWEST; event++) {
            assertThat(falls[0][event]).isZero();
        }
    }
}
