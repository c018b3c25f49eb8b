package dev.vitrine.server.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Search on the Icecat catalogue against people's judgements, beside plain BM25. */
final class SearchJudgements {
    private SearchJudgements() {}

    /**
     * @param data folder with a folder for each data set
     */
    static Figures figures(Path data) throws IOException {
        JudgedShop shop = JudgedShop.read(data);
        return JudgedShop.withScratch(scratch -> {
            Figures figures = new Figures();
            shop.judgements().figures(shop.changes(), scratch).forEach(figures::put);
            return figures.put("products", shop.changes().size())
                    .note(
                            "NDCG at 10 with gain 2^rating - 1; what nobody judged counts as 0. Field"
                                    + " weights were chosen with every other query in sight (by"
                                    + " alphabet); heldOut is the mean of the others.");
        });
    }
}
