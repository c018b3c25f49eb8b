package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.lexical.IndexBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an encoder cannot be learned from is left out with a reason. */
class SearchEncoderFitterTest {
    @TempDir private Path folder;

    private SearchEncoderFitter.Result fit(List<Product> products, List<SearchLog.Search> searches)
            throws IOException {
        Dataset dataset =
                ChainShop.dataset(Files.createDirectory(folder.resolve("data")), List.of());
        Path work = Files.createDirectory(folder.resolve("work"));
        try (Catalog catalog = Catalog.open(folder.resolve("catalog"))) {
            catalog.upsert(products);
            IndexBuilder.build(folder.resolve("index"), catalog);
            return new SearchEncoderFitter(
                            MakerSettings.forMachine(1, 8L << 30),
                            Optional.empty(),
                            work,
                            () -> 0,
                            Progress.NONE)
                    .fit(catalog, dataset, searches, folder.resolve("index"));
        }
    }

    private static String reason(SearchEncoderFitter.Result result) {
        return result instanceof SearchEncoderFitter.Result.LeftOut none ? none.reason() : "";
    }

    @Test
    void anEmptyCatalogue() throws IOException {
        assertThat(reason(fit(List.of(), List.of()))).contains("the catalogue has 0 products");
    }

    @Test
    void oneProduct() throws IOException {
        assertThat(reason(fit(List.of(NicknameShop.product(0, 0)), List.of())))
                .contains("the catalogue has 1 products");
    }

    @Test
    void productsThatSayNothing() throws IOException {
        List<Product> products = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            products.add(Product.builder("p" + i).build());
        }
        assertThat(reason(fit(products, List.of()))).contains("needs two pairs of texts");
    }

    @Test
    void fewProductsThatNobodySearchedFor() throws IOException {
        List<SearchLog.Search> searches =
                List.of(new SearchLog.Search("kettle", new int[] {0, 1}, 5));
        assertThat(reason(fit(NicknameShop.products(), searches)))
                .contains("too few searches", "it takes 100");
    }
}
