package dev.vitrine.retrieval.text;

import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.vector.VectorTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds products by what a text means: the text becomes a vector, and the products are those whose
 * vectors are nearest. Search can do without it: where too many ask at once, or the encoder fails
 * or has no turn in time, it says so and finds nothing. Safe for concurrent callers.
 */
public final class MeaningSearch {
    /** Nearest products that are looked at; filters take some of them away. */
    public static final int DEPTH = 300;

    /** Who comes beyond so many at once for each processor is not waited for. */
    private static final int MOST_FOR_EACH = 4;

    /** A product that comes while the encoder has no turn is encoded later, so many times. */
    private static final int TRIES = 5;

    /** Products that are encoded together. */
    private static final int BATCH = 64;

    private static final int LONGEST_TEXT = 512;
    private static final System.Logger LOG = System.getLogger(MeaningSearch.class.getName());

    private final TextEncoder queries;
    private final TextEncoder products;
    private final VectorTable vectors;
    private final Terms terms;
    private final AtomicInteger inside = new AtomicInteger();
    private final int most;
    private volatile ItemMask all = new ItemMask(0);

    /**
     * How meaning counts beside words.
     *
     * @param weight of the nearest product, where the best by words has 1
     * @param least cosine from which on a product means what is searched for
     */
    public record Terms(float weight, float least) {
        public Terms {
            if (!(weight >= 0) || !(least >= 0 && least <= 1)) {
                throw new IllegalArgumentException("weight " + weight + ", least " + least);
            }
        }
    }

    /**
     * @param queries encodes queries, for which somebody waits
     * @param products the same encoder for texts of products, which may take longer
     * @param vectors of products by item number, of the encoder's width, compared by cosine
     */
    public MeaningSearch(
            TextEncoder queries, TextEncoder products, VectorTable vectors, Terms terms) {
        this.queries = queries;
        this.products = products;
        this.vectors = vectors;
        this.terms = terms;
        this.most = MOST_FOR_EACH * Runtime.getRuntime().availableProcessors();
    }

    /** One encoder for both. */
    public static MeaningSearch of(TextEncoder encoder, VectorTable vectors, Terms terms) {
        return new MeaningSearch(encoder, encoder, vectors, terms);
    }

    public Terms terms() {
        return terms;
    }

    /** Finds the same by other terms. */
    public MeaningSearch by(Terms others) {
        return new MeaningSearch(queries, products, vectors, others);
    }

    /**
     * The products that mean a text, best first, with their cosines.
     *
     * @return empty where the encoder could not be asked
     */
    public Optional<TopItems> search(String text) {
        try {
            if (inside.incrementAndGet() > most) {
                return Optional.empty();
            }
            String cut = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
            return Optional.of(nearest(queries.encode(List.of(cut))));
        } catch (VitrineException withoutIt) {
            // Whoever runs the graph counts what failed; the search goes on by words.
            return Optional.empty();
        } finally {
            inside.decrementAndGet();
        }
    }

    private TopItems nearest(float[] query) {
        TopItems near = new TopItems(DEPTH);
        for (float component : query) {
            if (component != 0) {
                vectors.search(query, everything(), near);
                break;
            }
        }
        near.sort();
        int count = 0;
        while (count < near.size() && near.score(count) > 0 && near.score(count) >= terms.least()) {
            count++;
        }
        TopItems kept = new TopItems(Math.max(1, count));
        for (int place = 0; place < count; place++) {
            kept.offer(near.item(place), near.score(place));
        }
        kept.sort();
        return kept;
    }

    private ItemMask everything() {
        ItemMask mask = all;
        int capacity = vectors.capacity();
        if (mask.size() < capacity) {
            mask = ItemMask.all(capacity);
            all = mask;
        }
        return mask;
    }

    /**
     * Gives new and changed products their vectors, so that they are found at once, and takes away
     * those that are gone. One that cannot be encoded is found by its words, and as it was.
     */
    public void apply(List<ProductChange> changes) {
        List<ProductChange> there = new ArrayList<>();
        for (ProductChange change : changes) {
            if (change.product().isPresent()) {
                there.add(change);
            } else {
                vectors.remove(change.number());
            }
        }
        for (int from = 0; from < there.size(); from += BATCH) {
            encode(there.subList(from, Math.min(there.size(), from + BATCH)));
        }
    }

    private void encode(List<ProductChange> changes) {
        List<String> texts =
                changes.stream()
                        .map(change -> ProductText.document(change.product().orElseThrow()))
                        .toList();
        for (int attempt = 1; ; attempt++) {
            try {
                float[] encoded = products.encode(texts);
                int width = products.width();
                for (int i = 0; i < changes.size(); i++) {
                    put(
                            changes.get(i).number(),
                            Arrays.copyOfRange(encoded, i * width, (i + 1) * width));
                }
                return;
            } catch (VitrineException e) {
                if (attempt == TRIES) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "products not encoded count={0} first={1}: {2}",
                            changes.size(),
                            changes.getFirst().id(),
                            e.getMessage());
                    return;
                }
            }
        }
    }

    private void put(int item, float[] vector) {
        for (float component : vector) {
            if (component != 0) {
                vectors.put(item, vector);
                return;
            }
        }
        vectors.remove(item);
    }
}
