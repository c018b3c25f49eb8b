package dev.vitrine.training.text;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.text.TextEncoder;
import dev.vitrine.retrieval.vector.Similarity;
import dev.vitrine.retrieval.vector.VectorSource;
import dev.vitrine.retrieval.vector.VectorTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * How good an encoder is on pairs that it was not fitted to: the share of the first texts whose
 * second text is among the nearest ten of many.
 *
 * @param asked first texts
 * @param wanted for each, its second text as a place in {@code among}
 * @param among all that may be found
 */
public record TextRecall(List<String> asked, int[] wanted, List<String> among)
        implements ToDoubleFunction<TextEncoder> {
    private static final int NEAREST = 10;

    /**
     * @param pairs held out
     * @param others texts that may be found beside the second ones of the pairs
     */
    public static TextRecall of(TextPairs pairs, List<String> others) {
        Set<String> all = new LinkedHashSet<>();
        for (int right : pairs.right()) {
            all.add(pairs.texts().get(right));
        }
        all.addAll(others);
        List<String> among = List.copyOf(all);
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < among.size(); i++) {
            places.put(among.get(i), i);
        }
        int[] wanted = new int[pairs.size()];
        Arrays.setAll(wanted, i -> places.get(pairs.texts().get(pairs.right()[i])));
        List<String> asked = Arrays.stream(pairs.left()).mapToObj(pairs.texts()::get).toList();
        return new TextRecall(asked, wanted, among);
    }

    @Override
    public double applyAsDouble(TextEncoder encoder) {
        int width = encoder.width();
        VectorTable table =
                VectorTable.build(
                        Similarity.COSINE,
                        width,
                        among.size(),
                        VectorSource.of(encoder.encode(among), width),
                        1);
        float[] questions = encoder.encode(asked);
        ItemMask all = ItemMask.all(among.size());
        TopItems best = new TopItems(NEAREST);
        int found = 0;
        for (int i = 0; i < wanted.length; i++) {
            best.clear();
            table.search(Arrays.copyOfRange(questions, i * width, (i + 1) * width), all, best);
            for (int place = 0; place < best.size(); place++) {
                found += best.item(place) == wanted[i] ? 1 : 0;
            }
        }
        return found / (double) Math.max(1, wanted.length);
    }
}
