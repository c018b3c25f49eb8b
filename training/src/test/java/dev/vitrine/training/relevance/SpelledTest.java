package dev.vitrine.training.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpelledTest {
    private final WordCutter cutter = new WordCutter();

    /** Twenty titles with each text. */
    private Spelled spelled(String... texts) {
        List<Wording> titles = new ArrayList<>();
        for (String text : texts) {
            for (int i = 0; i < 20; i++) {
                titles.add(cutter.cut(text));
            }
        }
        return new Spelled(titles);
    }

    private List<String> corrected(Spelled spelled, String word, Map<String, Double> listed) {
        return spelled.corrected(word, cutter.stem(word), listed);
    }

    @Test
    void aWordThatTitlesLackBecomesTheNearestOne() {
        Spelled spelled = spelled("round toilet", "steel fence");
        assertThat(corrected(spelled, "toliet", Map.of())).containsExactly("toilet");
        assertThat(corrected(spelled, "stell", Map.of())).containsExactly("steel");
        assertThat(corrected(spelled, "toilets", Map.of())).containsExactly("toilets");
        assertThat(corrected(spelled, "xylophone", Map.of())).containsExactly("xylophone");
        assertThat(corrected(spelled, "stl", Map.of())).containsExactly("stl");
    }

    @Test
    void whatWasListedDecidesBetweenTwo() {
        Spelled spelled = spelled("wall paper", "white paper", "wall panel");
        assertThat(corrected(spelled, "paner", Map.of())).containsExactly("paper");
        assertThat(corrected(spelled, "paner", Map.of("panel", .9))).containsExactly("panel");
        assertThat(corrected(spelled, "paner", Map.of("paner", .1))).containsExactly("paner");
    }

    @Test
    void wordsWrittenAsOneAreParted() {
        Spelled spelled = spelled("outdoor furniture");
        assertThat(corrected(spelled, "outdoorfurniture", Map.of()))
                .containsExactly("outdoor", "furniture");
    }

    @Test
    void neighboursThatAreSwappedAreOneEdit() {
        assertThat(Edits.between("toliet", "toilet", 2)).isEqualTo(1);
        assertThat(Edits.between("steel", "stell", 2)).isEqualTo(1);
        assertThat(Edits.between("kitten", "sitting", 3)).isEqualTo(3);
        assertThat(Edits.between("kitten", "sitting", 2)).isEqualTo(3);
        assertThat(Edits.between("", "ab", 2)).isEqualTo(2);
    }
}
