package dev.vitrine.training.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.nio.LongBuffer;
import java.nio.file.Path;

/**
 * The engine that networks are fitted with. There is one in a process, and one thread uses it. All
 * arrays made inside {@link #step} are freed at its end, but those that were kept by {@link #keep}.
 */
public final class Torch implements AutoCloseable {
    private final Engine engine;
    private final NDManager manager;

    private Torch(Engine engine, NDManager manager) {
        this.engine = engine;
        this.manager = manager;
    }

    /**
     * Starts the engine. What it unpacks (some 430 MB) goes to a folder once and is used again.
     *
     * @param threads that one operation uses
     * @param cache for the engine's native libraries
     * @throws VitrineException ENGINE_MISSING when it cannot start, with the reason
     */
    public static Torch open(int threads, Path cache) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("DJL_CACHE_DIR", cache.toString());
        System.setProperty("ENGINE_CACHE_DIR", cache.toString());
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
        try {
            Engine engine = Engine.getEngine("PyTorch");
            Device device = engine.getGpuCount() > 0 ? Device.gpu() : Device.cpu();
            return new Torch(engine, engine.newBaseManager(device));
        } catch (EngineException
                | IllegalArgumentException
                | IllegalStateException
                | UnsatisfiedLinkError e) {
            throw new VitrineException(
                    TrainingError.ENGINE_MISSING,
                    "PyTorch, which fits neural models, cannot start here: " + e.getMessage(),
                    e);
        }
    }

    /** What a step computes with; its arrays end with it. */
    public interface Step {
        /** Returns a scalar to be made smaller. */
        NDArray loss();
    }

    /**
     * Computes a loss and the gradients of all parameters that it depends on.
     *
     * @param after uses the gradients
     * @return the loss
     * @throws VitrineException FIT_FAILED when the engine cannot go on, with its reason
     */
    public float step(Step step, Runnable after) {
        try (NDScope scope = new NDScope()) {
            float loss;
            try (GradientCollector collector = engine.newGradientCollector()) {
                NDArray scalar = step.loss();
                collector.backward(scalar);
                loss = scalar.getFloat();
            }
            after.run();
            scope.suppressNotUsedWarning();
            return loss;
        } catch (EngineException e) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "PyTorch cannot go on: " + e.getMessage(), e);
        }
    }

    /** An array that lives until this engine is closed. */
    NDArray keep(float[] values, long... shape) {
        NDArray array = floats(values, shape);
        NDScope.unregister(array);
        return array;
    }

    /**
     * A number to compute a loss with. Losses must not be multiplied, divided or bounded by plain
     * numbers: the engine would look at those again on the way back, in memory that the collector
     * may have taken by then, and a gradient would be wrong now and then.
     */
    public NDArray number(double value) {
        return floats(new float[] {(float) value});
    }

    /** An array of given numbers, of which the engine holds a copy of its own. */
    public NDArray floats(float[] values, long... shape) {
        try (NDArray given = manager.create(values, new Shape(shape))) {
            return given.duplicate();
        }
    }

    public NDArray longs(long[] values, long... shape) {
        try (NDArray given =
                manager.create(LongBuffer.wrap(values), new Shape(shape), DataType.INT64)) {
            return given.duplicate();
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
