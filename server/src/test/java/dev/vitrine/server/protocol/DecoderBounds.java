package dev.vitrine.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What every decoder of tensors keeps to, whatever a body holds: there is a request that fits it or
 * an error of ours, within the bounds on memory that {@link InferCodec} states.
 */
final class DecoderBounds {
    private static final long BASE = 256 << 10;
    private static final Set<InferenceError> OURS =
            Set.of(
                    InferenceError.PROTOCOL_INVALID,
                    InferenceError.TENSOR_INVALID,
                    InferenceError.INPUT_INVALID);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final BufferPoolMXBean DIRECT =
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .findFirst()
                    .orElseThrow();

    private DecoderBounds() {}

    /**
     * What a first try allocates may be classes that it loads; what a second does is the body's.
     *
     * @param read gives the inputs of a request
     */
    static void readOrRefuse(
            HostileRequests.Body body, Function<HostileRequests.Body, Map<String, Tensor>> read) {
        if (!isReadWithin(body, read)) {
            String start = new String(body.bytes(), 0, Math.min(60, body.bytes().length), UTF_8);
            assertThat(isReadWithin(body, read))
                    .as("within the bounds on memory: %s", start)
                    .isTrue();
        }
    }

    private static boolean isReadWithin(
            HostileRequests.Body body, Function<HostileRequests.Body, Map<String, Tensor>> read) {
        long direct = DIRECT.getTotalCapacity();
        long heap = THREADS.getCurrentThreadAllocatedBytes();
        Map<String, Tensor> inputs = Map.of();
        String refusal = "";
        try {
            inputs = read.apply(body);
        } catch (VitrineException e) {
            assertThat(OURS).contains((InferenceError) e.code());
            refusal = e.getMessage();
        }
        heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
        direct = DIRECT.getTotalCapacity() - direct;
        inputs.forEach(DecoderBounds::fits);
        if (inputs.isEmpty()) {
            assertThat(refusal)
                    .isNotBlank()
                    .hasSizeLessThan(2_000)
                    .doesNotContain("Exception")
                    .doesNotContain("java.");
        }
        long size = body.bytes().length;
        return heap < BASE + InferCodec.HEAP_FACTOR * size
                && direct < BASE + InferCodec.DIRECT_FACTOR * size;
    }

    private static void fits(String name, Tensor tensor) {
        long elements = Tensor.elements(tensor.shape());
        if (tensor.type() == TensorType.BYTES) {
            assertThat(tensor.texts()).as(name).hasSize((int) elements);
        } else {
            assertThat(tensor.data().remaining())
                    .as(name)
                    .isEqualTo((int) elements * tensor.type().bytes());
        }
    }
}
