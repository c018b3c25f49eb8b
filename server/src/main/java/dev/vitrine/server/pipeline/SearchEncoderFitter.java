package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.split.Part;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.retrieval.lexical.IndexBuilder;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.retrieval.lexical.ProductIndex;
import dev.vitrine.retrieval.text.MeaningSearch;
import dev.vitrine.retrieval.text.ProductText;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorSource;
import dev.vitrine.retrieval.vector.VectorTable;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.text.CatalogEncoder;
import dev.vitrine.training.text.ShopEncoder;
import dev.vitrine.training.text.TextPairs;
import dev.vitrine.training.text.TextRecall;
import dev.vitrine.training.text.TextSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Fits the encoder by which search finds what is meant, and keeps it only where words and meaning
 * together answer better than words alone, by more than chance, on questions it did not learn from:
 * the searches of the last part of the log where there are enough, else titles of products that
 * were held out, asked of an index that knows no titles. The weight of meaning is chosen on the
 * part before. An imported encoder that the settings name takes the place of the one that is
 * learned, and is judged in the same way. One thread; bound in products, searches and time.
 */
final class SearchEncoderFitter {
    /** Of fewer questions to choose by, or to judge by, nothing is learned that holds. */
    static final int FEWEST = SearchVerdict.FEWEST;

    private static final long SEED = 20261122;
    private static final Set<Part> TRAIN = Set.of(Part.TRAIN);

    /** Products that are learned from. */
    private static final int MOST_PRODUCTS = 30_000;

    private static final int MOST_PAIRS = 100_000;
    private static final int MOST_QUESTIONS = 500;

    /** Products among which the product of a search or of a title is to be found. */
    private static final int AMONG = 3_000;

    /** What each of the two steps of a small shop's fit takes at most. */
    private static final Duration SHORTEST = Duration.ofSeconds(8);

    private static final Duration LONGEST = Duration.ofMinutes(2);

    /** Pairs a second at which a larger shop's fit goes through its pairs three times in time. */
    private static final int SLOWEST = 12_500;

    /** Products that are encoded together. */
    private static final int BATCH = 256;

    private final MakerSettings settings;
    private final Optional<Artifact> imported;
    private final Path work;
    private final LongSupplier nanos;
    private final Progress progress;

    /** What became of a fit. */
    sealed interface Result {
        /**
         * An encoder that is worth it, in a folder of its role.
         *
         * @param parameters how it was fitted
         * @param metrics what it reached on the last questions
         */
        record Fitted(Map<String, String> parameters, Map<String, Double> metrics)
                implements Result {}

        /** None, and why. */
        record LeftOut(String reason) implements Result {}
    }

    /**
     * @param imported the model that the settings name, where there is one
     * @param work folder for the files of the encoder, in a folder of its role
     * @param nanos a clock that only runs forwards, in nanoseconds
     */
    SearchEncoderFitter(
            MakerSettings settings,
            Optional<Artifact> imported,
            Path work,
            LongSupplier nanos,
            Progress progress) {
        this.settings = settings;
        this.imported = imported;
        this.work = work;
        this.nanos = nanos;
        this.progress = progress;
    }

    /**
     * Fits one.
     *
     * @param searches in the order of time
     * @param index base of the index that will serve
     */
    Result fit(Catalog catalog, Dataset dataset, List<SearchLog.Search> searches, Path index)
            throws IOException {
        Result result;
        if (settings.searchEncoder().isPresent() && imported.isEmpty()) {
            return told(
                    new Result.LeftOut(
                            "the registry has no encoder '"
                                    + settings.searchEncoder().get()
                                    + "', which searchEncoder names; import it first"));
        }
        try {
            result = kept(catalog, dataset, searches, index);
        } catch (VitrineException e) {
            // An encoder of somebody else's may be unfit for many reasons; ours for these.
            if (imported.isEmpty() && !(e.code() instanceof TrainingError)) {
                throw e;
            }
            result = new Result.LeftOut(String.valueOf(e.getMessage()));
        }
        return told(result);
    }

    private Result told(Result result) {
        progress.start("search encoder", "", 0);
        progress.finish(
                switch (result) {
                    case Result.Fitted fitted -> "kept: " + fitted.parameters().get("gain");
                    case Result.LeftOut none -> "left out: " + none.reason();
                });
        return result;
    }

    private Result kept(
            Catalog catalog, Dataset dataset, List<SearchLog.Search> searches, Path index)
            throws IOException {
        Parts parts = Parts.of(dataset, searches);
        Texts texts = texts(catalog, parts);
        if (texts.products().size() < 2) {
            return new Result.LeftOut(
                    "the catalogue has " + texts.products().size() + " products; it takes 2");
        }
        Path folder = Files.createDirectories(work.resolve(ModelSet.ENCODER));
        Map<String, String> told = new TreeMap<>();
        try (SearchEncoder made = made(parts, texts, folder, told)) {
            TextEncoder encoder = made.encoder();
            long bytes = catalog.numbers() * VectorTable.bytesEach(encoder.width());
            if (bytes > Runtime.getRuntime().maxMemory() / 4) {
                return new Result.LeftOut(
                        "the vectors of "
                                + catalog.numbers()
                                + " products would take "
                                + new DataSize(bytes)
                                + ", more than a quarter of the heap");
            }
            Optional<VectorTable> vectors =
                    parts.enough()
                            ? Optional.of(vectors(catalog, encoder, texts))
                            : Optional.empty();
            SearchVerdict verdict =
                    vectors.isPresent()
                            ? bySearches(dataset, parts, texts, encoder, vectors.get(), index)
                            : byTitles(texts.products(), encoder);
            if (verdict.terms().isEmpty()) {
                String bound = told.get(SequenceFitter.ENDED);
                return new Result.LeftOut(
                        verdict.said()
                                + (bound == null
                                        ? ""
                                        : "; its fit was ended by its time, " + bound));
            }
            SearchEncoderFiles.save(
                    folder,
                    made,
                    vectors.isPresent() ? vectors.get() : vectors(catalog, encoder, texts),
                    verdict.terms().get());
            told.put("gain", verdict.said());
            told.put("weight", Float.toString(verdict.terms().get().weight()));
            told.put("leastCosine", Float.toString(verdict.terms().get().least()));
            return new Result.Fitted(told, verdict.metrics());
        }
    }

    /** The encoder that is named in the settings, or else one that is learned. */
    private SearchEncoder made(Parts parts, Texts texts, Path folder, Map<String, String> told)
            throws IOException {
        if (settings.searchEncoder().isPresent()) {
            told.put("imported", settings.searchEncoder().get());
            return SearchEncoderFiles.bring(
                    imported.orElseThrow(), folder, settings.threads(), work);
        }
        Path graph = folder.resolve(SearchEncoderFiles.GRAPH);
        Optional<ShopEncoder.Chosen> chosen =
                parts.enough() ? Optional.of(chosen(parts, texts)) : Optional.empty();
        int pairs = chosen.map(own -> own.pairs().size()).orElse(0);
        ShopEncoder recipe = ShopEncoder.fitting(texts.products().size(), pairs);
        learn(recipe, texts.products(), chosen, graph, told);
        TextSettings shape = recipe.catalog().text();
        return new SearchEncoder.Own(
                OnnxSession.open(graph, SessionSettings.DEFAULT), shape.features(), shape.width());
    }

    /** The searches of the parts of a data set. */
    private record Parts(
            List<SearchLog.Search> train,
            List<SearchLog.Search> validation,
            List<SearchLog.Search> test) {
        static Parts of(Dataset dataset, List<SearchLog.Search> searches) {
            long train = dataset.latest(TRAIN);
            long validation = dataset.latest(Set.of(Part.TRAIN, Part.VALIDATION));
            return new Parts(
                    searches.stream().filter(s -> s.time() <= train).toList(),
                    some(
                            searches.stream()
                                    .filter(s -> s.time() > train && s.time() <= validation)
                                    .toList()),
                    some(searches.stream().filter(s -> s.time() > validation).toList()));
        }

        /** A seeded sample, in order. */
        private static List<SearchLog.Search> some(List<SearchLog.Search> all) {
            SplittableRandom random = new SplittableRandom(SEED);
            List<SearchLog.Search> taken = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if (random.nextInt(all.size() - i) < MOST_QUESTIONS - taken.size()) {
                    taken.add(all.get(i));
                }
            }
            return taken;
        }

        /** Whether searches can be learned from and judged by. */
        boolean enough() {
            return train.size() >= FEWEST && validation.size() >= FEWEST && test.size() >= FEWEST;
        }
    }

    /**
     * What is learned from.
     *
     * @param products a seeded sample of the catalogue
     * @param documents by item number, of what was chosen after a search
     */
    private record Texts(List<Product> products, Map<Integer, String> documents) {
        TextPairs pairs(List<SearchLog.Search> searches, int most) {
            List<String> texts = new ArrayList<>();
            Map<String, Integer> places = new HashMap<>();
            List<int[]> pairs = new ArrayList<>();
            for (int i = searches.size() - 1; i >= 0 && pairs.size() < most; i--) {
                for (int item : searches.get(i).chosen()) {
                    String document = documents.getOrDefault(item, "");
                    if (!document.isBlank()) {
                        pairs.add(
                                new int[] {
                                    place(searches.get(i).query(), texts, places),
                                    place(document, texts, places)
                                });
                    }
                }
            }
            return new TextPairs(
                    texts,
                    pairs.stream().mapToInt(pair -> pair[0]).toArray(),
                    pairs.stream().mapToInt(pair -> pair[1]).toArray());
        }

        private static int place(String text, List<String> texts, Map<String, Integer> places) {
            return places.computeIfAbsent(
                    text,
                    fresh -> {
                        texts.add(fresh);
                        return texts.size() - 1;
                    });
        }

        /** Searches that led to a product which is still there. */
        List<SearchJudge.Question> questions(List<SearchLog.Search> searches) {
            List<SearchJudge.Question> questions = new ArrayList<>();
            for (SearchLog.Search search : searches) {
                int[] there =
                        Arrays.stream(search.answers()).filter(documents::containsKey).toArray();
                if (there.length > 0) {
                    questions.add(new SearchJudge.Question(search.query(), there));
                }
            }
            return questions;
        }
    }

    private static Texts texts(Catalog catalog, Parts parts) {
        Set<Integer> wanted = new HashSet<>();
        if (parts.enough()) {
            for (List<SearchLog.Search> part :
                    List.of(parts.train(), parts.validation(), parts.test())) {
                part.forEach(search -> Arrays.stream(search.chosen()).forEach(wanted::add));
            }
        }
        SplittableRandom random = new SplittableRandom(SEED);
        List<Product> products = new ArrayList<>();
        Map<Integer, String> documents = new HashMap<>();
        int[] seen = {0};
        catalog.scan(change -> {
            if (change.product().isEmpty()) {
                return;
            }
            Product product = change.product().get();
            if (wanted.contains(change.number())) {
                documents.put(change.number(), ProductText.document(product));
            }
            seen[0]++;
            if (products.size() < MOST_PRODUCTS) {
                products.add(product);
            } else {
                int place = random.nextInt(seen[0]);
                if (place < MOST_PRODUCTS) {
                    products.set(place, product);
                }
            }
        });
        return new Texts(products, documents);
    }

    private static ShopEncoder.Chosen chosen(Parts parts, Texts texts) {
        TextRecall recall =
                TextRecall.of(
                        texts.pairs(parts.validation(), MOST_QUESTIONS),
                        texts.products().stream().limit(AMONG).map(ProductText::document).toList());
        return new ShopEncoder.Chosen(texts.pairs(parts.train(), MOST_PAIRS), recall);
    }

    private void learn(
            ShopEncoder recipe,
            List<Product> products,
            Optional<ShopEncoder.Chosen> chosen,
            Path graph,
            Map<String, String> told) {
        int pairs = chosen.map(own -> own.pairs().size()).orElse(0);
        long seconds = (products.size() * 4L + pairs) * 3 / SLOWEST;
        Duration longest =
                Duration.ofSeconds(Math.clamp(seconds, SHORTEST.toSeconds(), LONGEST.toSeconds()));
        progress.start("starting PyTorch", "", 0);
        try (Torch torch = Torch.open(1, TorchCache.folder())) {
            progress.finish("1 thread");
            ShopEncoder.Curves curves =
                    recipe.fit(torch, products, chosen, graph, work, longest, nanos, progress);
            told.put("settings", recipe.toString());
            told.put("products", Integer.toString(products.size()));
            told.put("pairs", Integer.toString(pairs));
            curves.catalog().ifPresent(curve -> told.put("curve", curve.text()));
            curves.chosen().ifPresent(curve -> told.put("curveOfSearches", curve.text()));
            if (curves.cutShort()) {
                told.put(SequenceFitter.ENDED, longest.toSeconds() + " s");
            }
        }
    }

    /** The vectors of all products, which are read a batch at a time. */
    private VectorTable vectors(Catalog catalog, TextEncoder encoder, Texts texts) {
        progress.start("encoding products", "products", catalog.size());
        int width = encoder.width();
        List<String> first =
                texts.products().stream().limit(AMONG).map(ProductText::document).toList();
        // Some of the rows say where the middle of all is.
        VectorTable table =
                VectorTable.like(
                        Similarity.COSINE,
                        width,
                        first.size(),
                        VectorSource.of(encoder.encode(first), width),
                        SEED);
        MeaningSearch all = MeaningSearch.of(encoder, table, new MeaningSearch.Terms(0, 0));
        List<ProductChange> batch = new ArrayList<>();
        int[] done = {0};
        catalog.scan(change -> {
            batch.add(change);
            if (batch.size() == BATCH) {
                all.apply(batch);
                batch.clear();
            }
            progress.advance(++done[0]);
        });
        all.apply(batch);
        progress.finish(table.size() + " products");
        return table;
    }

    private SearchVerdict bySearches(
            Dataset dataset,
            Parts parts,
            Texts texts,
            TextEncoder encoder,
            VectorTable vectors,
            Path base) {
        float[] popularity = new float[dataset.items()];
        for (int item : dataset.matrix(TRAIN, TypeWeights.graded()).column()) {
            popularity[item]++;
        }
        try (ProductIndex index = open(base, work.resolve("judged"))) {
            return SearchVerdict.of(
                    new SearchJudge(index, popularity, parts.train()),
                    encoder,
                    vectors,
                    texts.questions(parts.validation()),
                    texts.questions(parts.test()),
                    "later searches",
                    progress);
        }
    }

    /** Asks titles that were held out of products that show all but their titles. */
    private SearchVerdict byTitles(List<Product> all, TextEncoder encoder) {
        List<Product> products = all.subList(0, Math.min(all.size(), 4 * AMONG));
        List<SearchJudge.Question> questions = new ArrayList<>();
        List<Product> untitled = new ArrayList<>();
        for (int place = 0; place < products.size(); place++) {
            Product product = products.get(place);
            untitled.add(product.toBuilder().title("").build());
            if (CatalogEncoder.isHeldOut(place)
                    && !product.title().isBlank()
                    && !product.description().isBlank()) {
                questions.add(new SearchJudge.Question(product.title(), new int[] {place}));
            }
        }
        if (questions.size() < 2 * FEWEST) {
            return SearchVerdict.no(
                    "too few searches that led to a product, and "
                            + questions.size()
                            + " products with title and description that were held out; it takes "
                            + 2 * FEWEST);
        }
        int half = questions.size() / 2;
        int width = encoder.width();
        List<String> documents = untitled.stream().map(ProductText::document).toList();
        VectorTable vectors =
                VectorTable.build(
                        Similarity.COSINE,
                        width,
                        untitled.size(),
                        VectorSource.of(encoder.encode(documents), width),
                        SEED);
        Path base = work.resolve("untitled");
        try (IndexBuilder builder = IndexBuilder.create(base)) {
            for (int place = 0; place < untitled.size(); place++) {
                Product product = untitled.get(place);
                builder.add(
                        new ProductChange(place + 1L, place, product.id(), Optional.of(product)));
            }
            builder.finish(untitled.size());
        }
        try (ProductIndex index = open(base, work.resolve("judged"))) {
            return SearchVerdict.of(
                    new SearchJudge(index, new float[0], List.of()),
                    encoder,
                    vectors,
                    questions.subList(0, half),
                    questions.subList(half, questions.size()),
                    "titles asked of products without them",
                    progress);
        }
    }

    private static ProductIndex open(Path base, Path working) {
        return ProductIndex.open(
                base,
                working,
                IndexSettings.DEFAULT,
                Thread.ofPlatform().daemon().name("judged-index-", 0).factory());
    }
}
