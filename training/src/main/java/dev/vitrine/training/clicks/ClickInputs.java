package dev.vitrine.training.clicks;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a network sees of a row, by the statistics of the training rows. A number is its
 * standardised value, held to {@value #FARTHEST} deviations, and the pieces between its quantiles,
 * each filled from 0 to 1 (Gorishniy et al. 2022); where it is missing it counts as the mean, and a
 * flag says so if training rows lacked it too. Codes become rows of one table of vectors.
 */
final class ClickInputs {
    private static final float FARTHEST = 5;

    private final int numbers;
    private final float[] mean;
    private final float[] scale;
    private final int[] flagged;
    private final int[] pieceOf;
    private final float[] low;
    private final float[] fill;
    private final int[] firstCode;
    private final int[] vectorOf;
    private final int vectors;

    /**
     * @param leastSeen rows that a code needs for a vector of its own
     */
    ClickInputs(ClickRows train, int pieces, int leastSeen) {
        numbers = train.numbers().size();
        mean = new float[numbers];
        scale = new float[numbers];
        List<Integer> missing = new ArrayList<>();
        List<float[]> cuts = new ArrayList<>();
        for (int i = 0; i < numbers; i++) {
            float[] known = known(train, i);
            if (known.length < train.rows()) {
                missing.add(i);
            }
            standardise(i, known);
            cuts(i, known, pieces, cuts);
        }
        flagged = missing.stream().mapToInt(Integer::intValue).toArray();
        pieceOf = new int[cuts.size()];
        low = new float[cuts.size()];
        fill = new float[cuts.size()];
        for (int piece = 0; piece < pieceOf.length; piece++) {
            pieceOf[piece] = (int) cuts.get(piece)[0];
            low[piece] = cuts.get(piece)[1];
            fill[piece] = 1 / (cuts.get(piece)[2] - cuts.get(piece)[1]);
        }
        firstCode = new int[train.fields().size()];
        int codes = 0;
        for (int field = 0; field < firstCode.length; field++) {
            firstCode[field] = codes;
            codes += train.fields().get(field).size();
        }
        vectorOf = new int[codes];
        vectors = vectors(train, leastSeen);
    }

    /** The values of a number that are known, rising. */
    private static float[] known(ClickRows train, int number) {
        float[] known = new float[train.rows()];
        int count = 0;
        int width = train.numbers().size();
        for (int row = 0; row < train.rows(); row++) {
            float value = train.values()[row * width + number];
            if (!Float.isNaN(value)) {
                known[count++] = value;
            }
        }
        known = Arrays.copyOf(known, count);
        Arrays.sort(known);
        return known;
    }

    private void standardise(int number, float[] known) {
        double sum = 0;
        for (float value : known) {
            sum += value;
        }
        double centre = sum / known.length;
        double squares = 0;
        for (float value : known) {
            squares += (value - centre) * (value - centre);
        }
        double deviation = Math.sqrt(squares / known.length);
        mean[number] = (float) centre;
        scale[number] = deviation > 1e-6 * (1 + Math.abs(centre)) ? (float) (1 / deviation) : 0;
    }

    /**
     * Pieces between the quantiles of a number, for which a value counts by the square root of how
     * often it occurs: where most rows have 0 the others would share a piece.
     */
    private static void cuts(int number, float[] known, int pieces, List<float[]> cuts) {
        float[] values = new float[known.length];
        double[] upTo = new double[known.length];
        int distinct = 0;
        int from = 0;
        for (int i = 1; i <= known.length; i++) {
            if (i == known.length || known[i] != known[from]) {
                values[distinct] = known[from];
                upTo[distinct] = (distinct == 0 ? 0 : upTo[distinct - 1]) + Math.sqrt(i - from);
                distinct++;
                from = i;
            }
        }
        float low = values[0];
        int at = 0;
        for (int piece = 1; piece <= pieces; piece++) {
            double wanted = upTo[distinct - 1] * piece / pieces;
            while (at < distinct - 1 && upTo[at] < wanted) {
                at++;
            }
            float high = values[at];
            if (Float.isFinite(1 / (high - low))) {
                cuts.add(new float[] {number, low, high});
                low = high;
            }
        }
    }

    /** Gives codes their vectors: first one that is shared for each field, then their own. */
    private int vectors(ClickRows train, int leastSeen) {
        int[] seen = new int[vectorOf.length];
        int fields = firstCode.length;
        for (int i = 0; i < train.codes().length; i++) {
            seen[firstCode[i % fields] + train.codes()[i]]++;
        }
        int next = fields;
        for (int field = 0; field < fields; field++) {
            int end = field + 1 < fields ? firstCode[field + 1] : seen.length;
            for (int code = firstCode[field]; code < end; code++) {
                vectorOf[code] = seen[code] < leastSeen ? field : next++;
            }
        }
        return next;
    }

    int fields() {
        return firstCode.length;
    }

    /** Rows that the table of vectors has. */
    int vectors() {
        return vectors;
    }

    /** Inputs that the numbers of a row become. */
    int width() {
        return numbers + flagged.length + pieceOf.length;
    }

    /** Writes the inputs of the numbers of a row. */
    void fill(ClickRows rows, int row, float[] out, int from) {
        int at = from;
        for (int i = 0; i < numbers; i++) {
            float value = value(rows, row, i);
            out[at++] = Math.clamp((value - mean[i]) * scale[i], -FARTHEST, FARTHEST);
        }
        for (int number : flagged) {
            out[at++] = Float.isNaN(rows.values()[row * numbers + number]) ? 1 : 0;
        }
        for (int piece = 0; piece < pieceOf.length; piece++) {
            float value = value(rows, row, pieceOf[piece]);
            out[at++] = Math.clamp((value - low[piece]) * fill[piece], 0f, 1f);
        }
    }

    private float value(ClickRows rows, int row, int number) {
        float value = rows.values()[row * numbers + number];
        return Float.isNaN(value) ? mean[number] : value;
    }

    /** The vector of each field of a row. */
    void vectors(ClickRows rows, int row, long[] out, int from) {
        for (int field = 0; field < firstCode.length; field++) {
            out[from + field] =
                    vectorOf[firstCode[field] + rows.codes()[row * firstCode.length + field]];
        }
    }

    /** The same as {@link #fill} in a graph: from {@code values} to {@link #width} inputs. */
    String inputs(GraphBuilder graph, String values) {
        String nan = graph.node("IsNaN", List.of(values));
        String known = graph.node("Where", List.of(nan, graph.floats(mean, 1, numbers), values));
        List<String> parts = new ArrayList<>();
        String centred = graph.node("Sub", List.of(known, graph.floats(mean, 1, numbers)));
        String scaled = graph.node("Mul", List.of(centred, graph.floats(scale, 1, numbers)));
        parts.add(clip(graph, scaled, -FARTHEST, FARTHEST));
        if (flagged.length > 0) {
            String flags = graph.node("Cast", List.of(nan), Attribute.of("to", 1));
            parts.add(pick(graph, flags, flagged));
        }
        if (pieceOf.length > 0) {
            String picked = pick(graph, known, pieceOf);
            String above = graph.node("Sub", List.of(picked, graph.floats(low, 1, low.length)));
            String filled = graph.node("Mul", List.of(above, graph.floats(fill, 1, fill.length)));
            parts.add(clip(graph, filled, 0, 1));
        }
        return graph.node("Concat", parts, Attribute.of("axis", 1));
    }

    private static String clip(GraphBuilder graph, String value, float least, float most) {
        return graph.node(
                "Clip",
                List.of(
                        value,
                        graph.floats(new float[] {least}),
                        graph.floats(new float[] {most})));
    }

    private static String pick(GraphBuilder graph, String value, int[] columns) {
        long[] wanted = Arrays.stream(columns).asLongStream().toArray();
        return graph.node(
                "Gather",
                List.of(value, graph.longs(wanted, wanted.length)),
                Attribute.of("axis", 1));
    }

    /** The same as {@link #vectors(ClickRows, int, long[], int)} in a graph. */
    String vectors(GraphBuilder graph, String codes) {
        long[] first = Arrays.stream(firstCode).asLongStream().toArray();
        long[] table = Arrays.stream(vectorOf).asLongStream().toArray();
        String places = graph.node("Add", List.of(codes, graph.longs(first, 1, first.length)));
        return graph.node("Gather", List.of(graph.longs(table, table.length), places));
    }
}
