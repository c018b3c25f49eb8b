package dev.vitrine.training.sequence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import dev.vitrine.training.network.DropMask;
import dev.vitrine.training.network.Parameters;
import dev.vitrine.training.network.Torch;

/**
 * A causal Transformer over the items of a history (SASRec, Kang and McAuley 2018), with layers
 * that are normalised first. What is filled up stands behind a history, where attention, which only
 * looks back, never meets it; so what a prefix of a history gives in training is what it gives when
 * it is all there is. Besides an array for each place, attention has a learned number for each
 * distance and head, which lets it prefer what was last.
 *
 * <p>What comes out of the layers has added to it a mean of the history's own item vectors,
 * weighted by one more attention, so that a query lies where items lie (CORE, Hou et al. 2022,
 * which has the mean alone).
 */
final class Transformer implements SequenceNetwork {
    private static final float HIDDEN = -1e9f;
    private static final float EPSILON = 1e-6f;

    /** What each component of the mean of items counts before any step. */
    private static final float READ = .5f;

    private final Torch torch;
    private final SequenceSettings settings;
    private final Parameters parameters;
    private final DropMask drop;

    Transformer(Torch torch, SequenceSettings settings, Parameters parameters, DropMask drop) {
        this.torch = torch;
        this.settings = settings;
        this.parameters = parameters;
        this.drop = drop;
        int width = settings.width();
        double deviation = 1 / Math.sqrt(width);
        parameters.normal("places", .02, settings.longest(), width);
        for (int layer = 0; layer < settings.layers(); layer++) {
            String of = "layer" + layer + ".";
            norm(of + "attention.norm");
            dense(of + "attention.in", width, 3 * width, deviation);
            parameters.constant(of + "attention.distance", 0, settings.longest(), settings.heads());
            dense(of + "attention.out", width, width, deviation / Math.sqrt(settings.layers()));
            norm(of + "dense.norm");
            dense(of + "dense.in", width, settings.inner(), deviation);
            dense(
                    of + "dense.out",
                    settings.inner(),
                    width,
                    1 / Math.sqrt(settings.inner() * (double) settings.layers()));
        }
        norm("norm");
        dense("read.in", width, 2 * width, deviation);
        parameters.constant("read.distance", 0, settings.longest(), 1);
        parameters.constant("read.share", READ, width);
    }

    private void norm(String name) {
        parameters.constant(name + ".scale", 1, settings.width());
        parameters.constant(name + ".shift", 0, settings.width());
    }

    private void dense(String name, int from, int to, double deviation) {
        parameters.normal(name + ".weight", deviation, to, from);
        parameters.constant(name + ".bias", 0, to);
    }

    @Override
    public String places(QueryGraph parts) {
        return new TransformerGraph(parts, settings, parameters).build();
    }

    @Override
    public NDArray forward(NDArray items, int rows, int length, boolean training) {
        int width = settings.width();
        NDArray places = parameters.get("places").get("0:" + length);
        NDArray value = dropped(items.add(places), settings.inputDropout(), training);
        NDArray distances = torch.longs(distances(length), (long) length * length);
        NDArray causal = torch.floats(causal(length), length, length);
        for (int layer = 0; layer < settings.layers(); layer++) {
            String of = "layer" + layer + ".";
            NDArray attended =
                    attention(
                            of,
                            normed(of + "attention.norm", value),
                            distances,
                            causal,
                            rows,
                            length,
                            training);
            value = value.add(dropped(attended, settings.dropout(), training));
            NDArray inner = linear(of + "dense.in", normed(of + "dense.norm", value));
            NDArray active = dropped(Activation.gelu(inner), settings.dropout(), training);
            NDArray dense = linear(of + "dense.out", active);
            value = value.add(dropped(dense, settings.dropout(), training));
        }
        NDArray out = normed("norm", value);
        NDArray read = read(items, out, distances, causal, rows, length, training);
        return out.mul(torch.number(1 / Math.sqrt(width)))
                .add(read.mul(parameters.get("read.share")))
                .reshape((long) rows * length, width);
    }

    /** For each place, the mean of the items up to it by an attention of what came out there. */
    private NDArray read(
            NDArray items,
            NDArray out,
            NDArray distances,
            NDArray causal,
            int rows,
            int length,
            boolean training) {
        int width = settings.width();
        NDArray both = linear("read.in", out).reshape(rows, length, 2, width).transpose(2, 0, 1, 3);
        NDArray near =
                SequenceNetwork.rows(distances, parameters.get("read.distance"))
                        .reshape(length, length);
        NDArray weights =
                both.get(0)
                        .matMul(both.get(1).transpose(0, 2, 1))
                        .mul(torch.number(1 / Math.sqrt(width)))
                        .add(near.add(causal))
                        .softmax(-1);
        return dropped(weights, settings.dropout(), training)
                .matMul(dropped(items, settings.inputDropout(), training));
    }

    private NDArray attention(
            String of,
            NDArray value,
            NDArray distances,
            NDArray causal,
            int rows,
            int length,
            boolean training) {
        int heads = settings.heads();
        int each = settings.width() / heads;
        NDArray all =
                linear(of + "attention.in", value)
                        .reshape(rows, length, 3, heads, each)
                        .transpose(2, 0, 3, 1, 4);
        NDArray queries = all.get(0);
        NDArray keys = all.get(1);
        NDArray values = all.get(2);
        NDArray near =
                SequenceNetwork.rows(distances, parameters.get(of + "attention.distance"))
                        .reshape(length, length, heads)
                        .transpose(2, 0, 1);
        NDArray scores =
                queries.matMul(keys.transpose(0, 1, 3, 2))
                        .mul(torch.number(1 / Math.sqrt(each)))
                        .add(near.add(causal));
        NDArray weights = dropped(scores.softmax(-1), settings.dropout(), training);
        NDArray mixed =
                weights.matMul(values)
                        .transpose(0, 2, 1, 3)
                        .reshape(rows, length, settings.width());
        return linear(of + "attention.out", mixed);
    }

    private NDArray dropped(NDArray value, double share, boolean training) {
        return training ? drop.apply(value, share) : value;
    }

    private NDArray linear(String name, NDArray value) {
        return Linear.linear(
                        value, parameters.get(name + ".weight"), parameters.get(name + ".bias"))
                .singletonOrThrow();
    }

    private NDArray normed(String name, NDArray value) {
        return LayerNorm.layerNorm(
                        value,
                        new Shape(settings.width()),
                        parameters.get(name + ".scale"),
                        parameters.get(name + ".shift"),
                        EPSILON)
                .singletonOrThrow();
    }

    /** How far back each place is from each, row by row; 0 for what comes later. */
    static long[] distances(int length) {
        long[] distances = new long[length * length];
        for (int at = 0; at < length; at++) {
            for (int earlier = 0; earlier < at; earlier++) {
                distances[at * length + earlier] = at - earlier;
            }
        }
        return distances;
    }

    /** What hides from each place those that come later. */
    static float[] causal(int length) {
        float[] causal = new float[length * length];
        for (int at = 0; at < length; at++) {
            for (int later = at + 1; later < length; later++) {
                causal[at * length + later] = HIDDEN;
            }
        }
        return causal;
    }
}
