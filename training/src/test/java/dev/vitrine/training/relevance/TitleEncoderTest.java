package dev.vitrine.training.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.training.text.TextPairs;
import java.util.List;
import org.junit.jupiter.api.Test;

class TitleEncoderTest {
    @Test
    void aFewWordsOfATitleStandBesideItOrItsRest() {
        String title = "red steel door 4 ft";
        List<String> titles = List.of(title, "oak door", title, "a b c d");
        int whole = 0;
        for (int seed = 0; seed < 40; seed++) {
            TextPairs pairs = TitleEncoder.cloze(titles, seed);
            // One pair of each title with four words or more, each title once.
            assertThat(pairs.size()).isEqualTo(2);
            String few = pairs.texts().get(0);
            String other = pairs.texts().get(1);
            assertThat(few.split(" ").length).isBetween(1, 2);
            assertThat(title).contains(few);
            if (other.equals(title)) {
                whole++;
            } else {
                assertThat((few + " " + other).split(" "))
                        .containsExactlyInAnyOrder("red", "steel", "door", "4", "ft");
            }
        }
        assertThat(whole).isBetween(8, 32);
        assertThat(TitleEncoder.cloze(titles, 1).texts())
                .isEqualTo(TitleEncoder.cloze(titles, 1).texts());
    }
}
