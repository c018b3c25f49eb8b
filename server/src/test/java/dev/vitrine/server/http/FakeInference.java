package dev.vitrine.server.http;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.InferRequest;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.telemetry.RunCounts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One model, {@code echo}, that gives back what it is given: never in less than 10 ms, and by a
 * smaller one to those of priority 9 and of nine rows.
 */
final class FakeInference implements InferencePort {
    private static final Signature SIGNATURE =
            new Signature(
                    List.of(
                            new Port(
                                    "x",
                                    TensorType.FP32,
                                    List.of(Dimension.named("rows"), Dimension.of(2)))),
                    List.of());

    /** A body of {@code infer} that fits. */
    static final String REQUEST =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";

    /** Who asked, in order. */
    final Queue<String> clients = new ConcurrentLinkedQueue<>();

    /** Requests of priority 8 take until they are cancelled, or this is let go. */
    final Queue<InferCall> pauses = new ConcurrentLinkedQueue<>();

    final CountDownLatch pause = new CountDownLatch(1);

    private void pause(InferCall call) {
        try {
            while (!pause.await(5, TimeUnit.MILLISECONDS)) {
                if (call.cancellation().isCancelled()) {
                    throw new VitrineException(InferenceError.RUN_CANCELLED, "gone");
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Served model(String name, OptionalLong version) {
        if (!name.equals("echo") || version.orElse(3) != 3) {
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
                                        new RunCounts.Batch(2, 1, 150, 2_000))),
                        new CacheCounts(7, 4, 700, 8_000)));
    }

    @Override
    public long likelyNanos(InferCall call) {
        return 0;
    }

    @Override
    public Outcome infer(InferCall call) {
        InferRequest request = call.request();
        model(call.model(), call.version());
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        request.inputs().forEach((input, tensor) -> outputs.put("same-" + input, tensor));
        if (request.timeout().toMillis() < 10) {
            throw VitrineException.refusal(
                    InferenceError.DEADLINE_UNREACHABLE, "'echo' could not answer in time");
        }
        clients.add(call.client());
        if (request.priority() == 8) {
            pauses.add(call);
            pause(call);
        }
        boolean small =
                request.priority() == 9
                        || request.inputs().values().stream().anyMatch(x -> x.size(0) == 9);
        return small
                ? new Outcome("smaller", 7, outputs, "smaller")
                : new Outcome(call.model(), 3, outputs, "");
    }

    @Override
    public List<Listed> repository() {
        return List.of(
                new Listed("echo", "3", "READY", ""),
                new Listed("broken", "1", "UNAVAILABLE", "it is no model", true),
                new Listed("resting", "1", "UNAVAILABLE", "unloaded"));
    }

    @Override
    public void load(String name) {
        if (name.equals("large")) {
            throw new VitrineException(InferenceError.MODEL_TOO_LARGE, "it does not fit");
        }
        model(name, OptionalLong.empty());
    }

    @Override
    public void unload(String name) {
        model(name, OptionalLong.empty());
    }

    @Override
    public void label(String name, String label, OptionalLong version) {
        throw new UnsupportedOperationException();
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
