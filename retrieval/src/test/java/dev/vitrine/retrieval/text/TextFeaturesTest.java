package dev.vitrine.retrieval.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TextFeaturesTest {
    private static final TextFeatures FEATURES = new TextFeatures(1 << 20, 400);

    private static Set<Integer> of(String text) {
        return Arrays.stream(FEATURES.of(text)).boxed().collect(Collectors.toSet());
    }

    private static double shared(String left, String right) {
        Set<Integer> both = of(left);
        both.retainAll(of(right));
        Set<Integer> either = of(left);
        either.addAll(of(right));
        return both.size() / (double) either.size();
    }

    @Test
    void formsAndMisspellingsOfAWordMeet() {
        assertThat(shared("screwdriver", "screwdrivers")).isGreaterThan(.6);
        assertThat(shared("refrigerator", "refridgerator")).isGreaterThan(.4);
        assertThat(shared("refrigerator", "dishwasher")).isLessThan(.1);
        assertThat(shared("CAFÉ", "café")).isEqualTo(1);
    }

    @Test
    void lettersAndDigitsArePartedWhereTheyMeet() {
        assertThat(of("500ml")).isEqualTo(of("500 ml"));
        assertThat(of("10x12")).isEqualTo(of("10 x 12"));
        assertThat(shared("100", "1000")).isZero();
    }

    @Test
    void scriptWithoutSpacesIsCutIntoCharactersAndPairs() {
        assertThat(FEATURES.of("手机壳")).hasSize(5);
        assertThat(shared("手机壳", "苹果手机")).isGreaterThan(.25);
        assertThat(FEATURES.of(" !? -- ")).isEmpty();
        assertThat(FEATURES.of("")).isEmpty();
    }

    @Test
    void aLongTextKeepsItsWordsBeforeThePiecesOfAny() {
        int[] cut = new TextFeatures(1 << 20, 4).of("red lamp shade");
        int[] whole = FEATURES.of("red lamp shade");
        assertThat(cut).containsExactly(whole[0], whole[1], whole[2], whole[3]);
        // "red" has the pieces <re, red, ed>, <red and red>.
        assertThat(whole[3]).isEqualTo(FEATURES.of("red")[1]);
        assertThat(FEATURES.of("red")).hasSize(6);
    }

    @Property(tries = 500)
    void everyTextHasFeaturesWithinTheTable(@ForAll String text) {
        TextFeatures small = new TextFeatures(64, 10);
        int[] features = small.of(text);
        assertThat(features).hasSizeLessThanOrEqualTo(10);
        for (int feature : features) {
            assertThat(feature).isBetween(1, 63);
        }
    }
}
