package dev.vitrine.server.grpc;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.telemetry.RunCounts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Models in memory: {@code echo} gives back what it is given, {@code slow} does so when its caller
 * gave up or half a second went by, {@code busy} is overloaded. A smaller one answers those of
 * priority 9.
 */
final class EchoModels implements InferencePort {
    private static final Signature SIGNATURE =
            new Signature(
                    List.of(port("x", TensorType.FP32), port("words", TensorType.BYTES)),
                    List.of(port("same-x", TensorType.FP32)));

    final Queue<InferCall> calls = new ConcurrentLinkedQueue<>();
    final Queue<String> changes = new ConcurrentLinkedQueue<>();

    private static Port port(String name, TensorType type) {
        return new Port(name, type, List.of(Dimension.named("rows"), Dimension.of(2)));
    }

    @Override
    public Served model(String name, OptionalLong version) {
        if (!List.of("echo", "slow", "busy").contains(name) || version.orElse(3) != 3) {
            throw new VitrineException(
                    InferenceError.MODEL_UNKNOWN, "there is no model '" + name + "'");
        }
        return new Served(name, 3, List.of(3L), SIGNATURE);
    }

    @Override
    public Served labelled(String name, String label) {
        return model(name, label.equals("stable") ? OptionalLong.empty() : OptionalLong.of(0));
    }

    @Override
    public List<Counted> statistics(String name, OptionalLong version) {
        model(name.isEmpty() ? "echo" : name, version);
        return List.of(
                new Counted(
                        "echo",
                        3,
                        new RunCounts(
                                5,
                                1_000,
                                400,
                                8_600,
                                2,
                                1_700_000_000_000L,
                                List.of(
                                        new RunCounts.Batch(1, 3, 100, 5_000),
                                        new RunCounts.Batch(2, 1, 150, 2_000)))));
    }

    @Override
    public long likelyNanos(InferCall call) {
        return 0;
    }

    @Override
    public Outcome infer(InferCall call) {
        calls.add(call);
        model(call.model(), call.version());
        switch (call.model()) {
            case "busy" -> throw new VitrineException(InferenceError.RUNNERS_BUSY, "too many");
            case "slow" -> wait(call);
            default -> {}
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        call.request().inputs().forEach((name, tensor) -> outputs.put("same-" + name, tensor));
        return call.priority() == 9
                ? new Outcome("smaller", 7, outputs, "smaller")
                : new Outcome(call.model(), 3, outputs, "");
    }

    private static void wait(InferCall call) {
        long end = System.nanoTime() + 500_000_000;
        while (System.nanoTime() < end && !call.cancellation().isCancelled()) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public List<Listed> repository() {
        return List.of(
                new Listed("echo", "3", "READY", ""),
                new Listed("resting", "1", "UNAVAILABLE", "not loaded"));
    }

    @Override
    public void load(String name) {
        model(name, OptionalLong.empty());
        changes.add("load " + name);
    }

    @Override
    public void unload(String name) {
        model(name, OptionalLong.empty());
        changes.add("unload " + name);
    }

    @Override
    public void label(String name, String label, OptionalLong version) {
        changes.add("label " + name);
    }

    @Override
    public Path record(String name, int requests) {
        model(name, OptionalLong.empty());
        return Path.of("recordings", name + "-" + requests);
    }

    @Override
    public List<ModelStates.Change> changes(long after, int limit) {
        return List.of();
    }
}
