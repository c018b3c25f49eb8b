package dev.vitrine.server.wiring;

import dev.vitrine.inference.cache.CacheSettings;
import dev.vitrine.inference.cache.InputKey;
import dev.vitrine.inference.cache.ResultCache;
import dev.vitrine.inference.cache.RowCache;
import dev.vitrine.inference.cache.Tensors;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.server.http.InferencePort.CacheCounts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What one version has answered. By rows, only rows are kept; whole questions that are asked at the
 * same time still share one run.
 */
final class KeptAnswers {
    private final boolean byRows;
    private final ResultCache<Map<String, Tensor>> whole;
    private final RowCache rows;
    private final LongSupplier clock;
    private final LongAdder hitNanos = new LongAdder();
    private final LongAdder missNanos = new LongAdder();

    /**
     * @param full as {@link ResultCache}
     */
    KeptAnswers(CacheSettings settings, LongSupplier clock, Executor refresher, Runnable full) {
        this.byRows = settings.rows();
        this.clock = clock;
        this.whole =
                new ResultCache<>(
                        byRows
                                ? new CacheSettings(Duration.ZERO, Duration.ZERO, 0, false)
                                : settings,
                        Tensors::bytes,
                        clock,
                        refresher,
                        full);
        this.rows = new RowCache(settings, clock);
    }

    boolean isByRows() {
        return byRows;
    }

    ResultCache.Found<Map<String, Tensor>> get(
            InputKey key,
            long nanos,
            BooleanSupplier cancelled,
            Supplier<Map<String, Tensor>> run,
            Supplier<Supplier<Map<String, Tensor>>> refresh) {
        long begun = clock.getAsLong();
        ResultCache.Found<Map<String, Tensor>> found =
                whole.get(key, nanos, cancelled, run, refresh);
        boolean ran = found.source() == ResultCache.Source.RAN;
        (ran ? missNanos : hitNanos).add(clock.getAsLong() - begun);
        return found;
    }

    Map<String, Tensor> rows(
            Map<String, Tensor> inputs,
            List<String> outputs,
            UnaryOperator<Map<String, Tensor>> run) {
        return rows.get(inputs, outputs, run);
    }

    Optional<Map<String, Tensor>> peek(InputKey key) {
        return whole.peek(key);
    }

    /** Of rows where those are kept, else of whole questions. */
    ResultCache.Counts counts() {
        ResultCache.Counts questions = whole.counts();
        if (!byRows) {
            return questions;
        }
        ResultCache.Counts each = rows.counts();
        return new ResultCache.Counts(
                each.hits(), 0, questions.waits(), each.misses(), each.entries(), each.evictions());
    }

    CacheCounts statistics() {
        ResultCache.Counts counts = counts();
        return new CacheCounts(
                counts.hits() + counts.stale() + counts.waits(),
                counts.misses(),
                hitNanos.sum(),
                missNanos.sum());
    }
}
