package dev.vitrine.inference.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Answers to single rows of one version of a model whose rows are independent, such as the vectors
 * of texts that come again and again in ever other company. Only rows that are not kept run, each
 * once, and the answer is put together as if all had.
 */
public final class RowCache {
    private static final int OVERHEAD = 256;

    private final Cache<InputKey, Map<String, Tensor>> kept;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    public RowCache(CacheSettings settings, LongSupplier clock) {
        this.kept =
                Caffeine.newBuilder()
                        .maximumWeight(settings.bytes())
                        .weigher((InputKey key, Map<String, Tensor> row) ->
                                (int) Math.min(Integer.MAX_VALUE, OVERHEAD + Tensors.bytes(row)))
                        .expireAfterWrite(settings.ttl())
                        .ticker(clock::getAsLong)
                        .executor(Runnable::run)
                        .recordStats()
                        .build();
    }

    /**
     * Answers a request.
     *
     * @param inputs of which each has the rows as its first dimension
     * @param run answers a request of some of its rows; every output begins with the rows, and the
     *     rest of its shape is the same for all
     */
    public Map<String, Tensor> get(
            Map<String, Tensor> inputs,
            List<String> outputs,
            UnaryOperator<Map<String, Tensor>> run) {
        int rows = Math.toIntExact(inputs.values().iterator().next().size(0));
        if (rows == 0) {
            return run.apply(inputs);
        }
        InputKey[] keys = InputKey.ofRows(inputs, outputs, rows);
        Map<InputKey, Map<String, Tensor>> known = new HashMap<>();
        List<Integer> missing = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            Map<String, Tensor> answer = kept.getIfPresent(keys[row]);
            if (answer != null) {
                hits.increment();
                known.put(keys[row], answer);
            } else if (known.putIfAbsent(keys[row], Map.of()) == null) {
                misses.increment();
                missing.add(row);
            } else {
                hits.increment();
            }
        }
        if (missing.size() == rows) {
            Map<String, Tensor> answer = run.apply(inputs);
            keep(answer, keys, missing, known);
            return answer;
        }
        if (!missing.isEmpty()) {
            int[] wanted = missing.stream().mapToInt(Integer::intValue).toArray();
            Map<String, Tensor> some = new LinkedHashMap<>();
            inputs.forEach((name, tensor) -> some.put(name, select(tensor, rows, wanted)));
            keep(run.apply(some), keys, missing, known);
        }
        return together(keys, known, outputs);
    }

    private void keep(
            Map<String, Tensor> answer,
            InputKey[] keys,
            List<Integer> rows,
            Map<InputKey, Map<String, Tensor>> known) {
        for (int i = 0; i < rows.size(); i++) {
            int place = i;
            Map<String, Tensor> row = new LinkedHashMap<>();
            answer.forEach((name, tensor) ->
                    row.put(name, select(tensor, rows.size(), new int[] {place})));
            InputKey key = Objects.requireNonNull(keys[rows.get(i)]);
            known.put(key, row);
            kept.put(key, row);
        }
    }

    /** A copy of some rows of a tensor that has {@code all}. */
    private static Tensor select(Tensor tensor, int all, int[] rows) {
        long[] shape = tensor.shape();
        if (shape.length == 0 || shape[0] != all) {
            throw new IllegalStateException(
                    "a tensor of shape " + Arrays.toString(shape) + " has not " + all + " rows");
        }
        shape[0] = rows.length;
        if (tensor.type() == TensorType.BYTES) {
            String[] texts = tensor.texts();
            int each = texts.length / all;
            String[] some = new String[each * rows.length];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(texts, rows[i] * each, some, i * each, each);
            }
            return Tensor.of(shape, some);
        }
        ByteBuffer data = tensor.data();
        int each = data.remaining() / all;
        ByteBuffer some = ByteBuffer.allocate(each * rows.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int row : rows) {
            some.put(data.slice(row * each, each));
        }
        return Tensor.of(tensor.type(), shape, some.flip());
    }

    private static Map<String, Tensor> together(
            InputKey[] keys, Map<InputKey, Map<String, Tensor>> known, List<String> outputs) {
        Map<String, Tensor> answer = new LinkedHashMap<>();
        for (String output : outputs) {
            List<Tensor> parts = new ArrayList<>(keys.length);
            for (InputKey key : keys) {
                parts.add(row(known.get(key), output));
            }
            answer.put(output, Tensors.joined(parts));
        }
        return answer;
    }

    private static Tensor row(@Nullable Map<String, Tensor> answer, String output) {
        return Objects.requireNonNull(Objects.requireNonNull(answer).get(output));
    }

    public ResultCache.Counts counts() {
        return new ResultCache.Counts(
                hits.sum(), 0, 0, misses.sum(), kept.estimatedSize(), kept.stats().evictionCount());
    }
}
