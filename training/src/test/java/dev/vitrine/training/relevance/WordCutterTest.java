package dev.vitrine.training.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordCutterTest {
    private final WordCutter cutter = new WordCutter();

    private List<String> words(String text) {
        return cutter.cut(text).words();
    }

    @Test
    void sizesAreTheSameHoweverTheyAreWritten() {
        List<String> inFeet = List.of("4", "ft", "8", "ft", "plywood");
        assertThat(words("4 ft. x 8 ft. Plywood")).isEqualTo(inFeet);
        assertThat(words("4'x8' plywood")).isEqualTo(inFeet);
        assertThat(words("4 foot by 8 feet plywood")).isEqualTo(inFeet);
        assertThat(words("4x8plywood")).containsExactly("4", "8", "plywood");
    }

    @Test
    void fractionsAreDecimals() {
        assertThat(words("3/4 in. pipe")).containsExactly("0.75", "inch", "pipe");
        assertThat(words("1-1/2\" pipe")).containsExactly("1.5", "inch", "pipe");
        assertThat(words(".75 inches")).containsExactly("0.75", "inch");
        assertThat(words("2.0 gal")).containsExactly("2", "gal");
        assertThat(words("10,000 BTU")).containsExactly("10000", "btu");
    }

    @Test
    void areasAndVolumesAreOneUnit() {
        assertThat(words("1.9 cu. ft. oven")).containsExactly("1.9", "cuft", "oven");
        assertThat(words("20 square feet")).containsExactly("20", "sqft");
        assertThat(WordCutter.isUnit("sqft")).isTrue();
        assertThat(WordCutter.isUnit("square")).isFalse();
    }

    @Test
    void lettersMeanUnitsBehindNumbersOnly() {
        assertThat(words("20v drill in white")).containsExactly("20", "volt", "drill", "white");
        assertThat(words("v neck")).containsExactly("v", "neck");
        assertThat(words("48 in. W x 72 in. H rack"))
                .containsExactly("48", "inch", "72", "inch", "rack");
    }

    @Test
    void leftoversOfHtmlAndRunOnsAreTakenApart() {
        assertThat(words("Briggs &amp; Stratton<br>Engine"))
                .containsExactly("briggs", "stratton", "engine");
        assertThat(words("BEHR DeckOver")).containsExactly("behr", "deck", "over");
        assertThat(words("AC/DC shelf4")).containsExactly("ac", "dc", "shelf", "4");
        assertThat(words("")).isEmpty();
        assertThat(words("®™ --")).isEmpty();
    }

    @Test
    void whatATextNamesStandsBeforeTheFirstPreposition() {
        Wording mower = cutter.cut("Toro 22 in. Gas Lawn Mower with Briggs Engine");
        assertThat(mower.words().get(mower.headWord())).isEqualTo("mower");
        assertThat(mower.head()).isEqualTo(6);
        Wording pull = cutter.cut("Steel Bar Pull (25-Pack)");
        assertThat(pull.words().get(pull.headWord())).isEqualTo("pull");
        Wording lock = cutter.cut("White Twist-in Door Lock");
        assertThat(lock.words().get(lock.headWord())).isEqualTo("lock");
        assertThat(cutter.cut("10 12").headWord()).isEqualTo(-1);
    }

    @Test
    void wordsHaveStems() {
        assertThat(cutter.cut("shelves shelving faucets 3 inches").stems())
                .containsExactly("shelv", "shelv", "faucet", "3", "inch");
    }
}
