package dev.vitrine.retrieval.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextAnalysisTest {
    private final TextAnalysis analysis = new TextAnalysis();

    private List<String> terms(String text) {
        return analysis.words(text).stream().map(Word::term).toList();
    }

    @Test
    void stemsPluralsAndDropsPossessivesAccentsAndTradeMarks() {
        assertThat(terms("Men's Batteries, Café® Laptops"))
                .containsExactly("men", "battery", "cafe", "laptop");
    }

    @Test
    void writesNumbersWithUnitsOneWay() {
        assertThat(terms("500GB")).containsExactly("500gb");
        assertThat(terms("2.0m 15.6\" 1,000mah")).containsExactly("2m", "15.6in", "1000mah");
        List<Word> apart = analysis.words("500 gigabyte");
        assertThat(TermForms.joined(apart.getFirst(), apart.getLast())).isEqualTo("500gb");
    }

    @Test
    void joinsModelNumbersHoweverTheyAreWritten() {
        assertThat(terms("MX-510 mx510 mx_510")).containsExactly("mx510", "mx510", "mx510");
        List<Word> apart = analysis.words("MX 510");
        assertThat(TermForms.joined(apart.getFirst(), apart.getLast())).isEqualTo("mx510");
        assertThat(TermForms.code("MX-510/B")).isEqualTo("mx510b");
    }

    @Test
    void segmentsChineseByItselfAndAmongLatin() {
        assertThat(terms("无线鼠标")).containsExactly("无线", "鼠标");
        assertThat(terms("小米USB键盘")).contains("usb", "键盘");
        // Full width letters and digits are the same as narrow ones.
        assertThat(terms("ＵＳＢ３")).isEqualTo(terms("usb3"));
    }

    @Test
    void survivesAnything() {
        assertThat(terms("")).isEmpty();
        assertThat(terms("\u0000\u0007 \ud800 ''' --- ... & \"")).isEmpty();
        assertThat(terms("a".repeat(50_000)).getFirst()).hasSizeLessThanOrEqualTo(64);
        assertThat(terms("\ud83d\ude00 smile")).containsExactly("smile");
    }
}
