package dev.vitrine.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever a body holds, there is a request that fits it or an error of ours that says what is
 * wrong, within the bounds on memory that {@link InferCodec} states. More tries than in a build:
 * {@code -Djqwik.tries.default=1000000}.
 */
class InferCodecProperties {
    private static final long BASE = 256 << 10;
    private static final int LARGE = 2 << 20;
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

    @Property(shrinking = ShrinkingMode.OFF)
    void soundRequestsAreRead(@ForAll long seed) {
        HostileRequests.Body body = new HostileRequests(seed).sound();
        assertThatCode(() -> read(body)).doesNotThrowAnyException();
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void attackedRequestsAreReadOrRefused(@ForAll long seed) {
        readOrRefuse(new HostileRequests(seed).attacked());
    }

    private static InferRequest read(HostileRequests.Body body) {
        return InferCodec.read(body.bytes(), body.json());
    }

    /**
     * What a first try allocates may be classes that it loads; what a second does is the body's.
     */
    private static void readOrRefuse(HostileRequests.Body body) {
        if (!isReadWithin(body)) {
            assertThat(isReadWithin(body)).as("within the bounds on memory").isTrue();
        }
    }

    private static boolean isReadWithin(HostileRequests.Body body) {
        long direct = DIRECT.getTotalCapacity();
        long heap = THREADS.getCurrentThreadAllocatedBytes();
        Map<String, Tensor> inputs = Map.of();
        String refusal = "";
        try {
            inputs = read(body).inputs();
        } catch (VitrineException e) {
            assertThat(OURS).contains((InferenceError) e.code());
            refusal = e.getMessage();
        }
        heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
        direct = DIRECT.getTotalCapacity() - direct;
        inputs.forEach(InferCodecProperties::fits);
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

    /** What costs most for its bytes; the time is the processor's, so that others do not count. */
    @Example
    void largeBodiesStayWithinTheBounds() {
        String[] hard = {
            one("BYTES", LARGE / 3, "\"\"", LARGE / 3),
            one("BYTES", LARGE / 4, "\"a\"", LARGE / 4),
            one("BYTES", LARGE / 8, "\"\\u00e4\"", LARGE / 9),
            one("FP64", LARGE / 2, "1", LARGE / 2),
            one("FP64", LARGE / 400, "9".repeat(399), LARGE / 400),
            one("FP32", LARGE / 400, "1." + "3".repeat(390) + "e-9", LARGE / 400),
            one("UINT64", LARGE / 400, "9".repeat(399), LARGE / 400),
            one("INT64", LARGE, "[]", LARGE / 3),
            "[".repeat(LARGE),
            "{\"a\":".repeat(LARGE / 5),
            "{\"inputs\":[" + "{\"name\":\"a\"},".repeat(LARGE / 13),
            "{" + "\"inputs\":[],".repeat(LARGE / 12),
            "{\"" + "a".repeat(LARGE),
            "{\"id\":\"" + "\\u0041".repeat(LARGE / 6) + "\"}",
            one("FP32", 2, "[".repeat(LARGE), 1),
        };
        for (String text : hard) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            long before = THREADS.getCurrentThreadCpuTime();
            readOrRefuse(new HostileRequests.Body(bytes, bytes.length));
            assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before))
                    .as(text.substring(0, 80))
                    .isLessThan(Duration.ofSeconds(4));
        }
    }

    private static String one(String type, int elements, String value, int times) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\""
                + type
                + "\",\"shape\":["
                + elements
                + "],\"data\":["
                + (value + ",").repeat(times - 1)
                + value
                + "]}]}";
    }

    @Example
    void noShapeMakesRoomForMoreThanTheDataBrings() {
        for (String type : new String[] {"FP32", "BYTES", "BOOL"}) {
            byte[] body = one(type, 500_000_000, "1", 1).getBytes(StandardCharsets.UTF_8);
            HostileRequests.Body hostile = new HostileRequests.Body(body, body.length);
            readOrRefuse(hostile);
            assertThatThrownBy(() -> read(hostile))
                    .hasMessageContaining("input 'x'")
                    .hasMessageContaining("500000000");
        }
    }
}
