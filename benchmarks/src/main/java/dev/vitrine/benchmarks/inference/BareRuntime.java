package dev.vitrine.benchmarks.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A model run in process as fast as the runtime goes: one session, one thread a run, prepared
 * inputs, and an output that is written to the same place each time.
 */
final class BareRuntime implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Subject subject;
    private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();

    BareRuntime(Subject subject, Path model) throws OrtException {
        this.subject = subject;
        this.session = session(environment, model);
        for (Map<String, Tensor> one : subject.ring()) {
            Map<String, OnnxTensor> prepared = new LinkedHashMap<>();
            for (Map.Entry<String, Tensor> input : one.entrySet()) {
                prepared.put(input.getKey(), tensor(input.getValue()));
            }
            inputs.add(prepared);
        }
    }

    /** A session as the peers use it: one thread a run, no spinning. */
    static OrtSession session(OrtEnvironment environment, Path model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            return environment.createSession(model.toString(), options);
        }
    }

    private OnnxTensor tensor(Tensor tensor) throws OrtException {
        OnnxJavaType type =
                tensor.type() == TensorType.FP32 ? OnnxJavaType.FLOAT : OnnxJavaType.INT64;
        return OnnxTensor.createTensor(environment, tensor.data(), tensor.shape(), type);
    }

    /**
     * How it went.
     *
     * @param p50Micros of one run, measured in its thread
     */
    record Ran(double perSecond, double p50Micros) {}

    /** Runs for a time on so many threads. */
    Ran run(int threads, double seconds) throws InterruptedException {
        List<FutureTask<long[]>> running = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (int t = 0; t < threads; t++) {
            int first = t * inputs.size() / threads;
            FutureTask<long[]> task = new FutureTask<>(() -> loop(first, end));
            Thread.ofPlatform().name("bare-" + t).start(task);
            running.add(task);
        }
        try {
            long[] all = {};
            for (FutureTask<long[]> task : running) {
                long[] more = task.get();
                int from = all.length;
                all = Arrays.copyOf(all, from + more.length);
                System.arraycopy(more, 0, all, from, more.length);
            }
            double took = (System.nanoTime() - start) / 1e9;
            Arrays.sort(all);
            return new Ran(all.length / took, all[all.length / 2] / 1e3);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the runtime failed", e.getCause());
        }
    }

    private long[] loop(int first, long end) throws OrtException {
        long[] took = new long[1 << 16];
        int count = 0;
        Set<String> computed = Set.of();
        try (OnnxTensor output =
                tensor(
                        Tensor.of(
                                TensorType.FP32,
                                subject.outputShape(),
                                Tensor.direct(subject.outputBytes())))) {
            Map<String, OnnxTensor> pinned = Map.of(subject.output(), output);
            long before = System.nanoTime();
            while (before - end < 0) {
                session.run(inputs.get((first + count) % inputs.size()), computed, pinned).close();
                long after = System.nanoTime();
                if (count == took.length) {
                    took = Arrays.copyOf(took, 2 * count);
                }
                took[count++] = after - before;
                before = after;
            }
        }
        return Arrays.copyOf(took, count);
    }

    @Override
    public void close() throws OrtException {
        for (Map<String, OnnxTensor> one : inputs) {
            one.values().forEach(OnnxTensor::close);
        }
        session.close();
    }
}
