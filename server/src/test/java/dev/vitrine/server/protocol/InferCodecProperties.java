package dev.vitrine.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    private static final int LARGE = 2 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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

    private static void readOrRefuse(HostileRequests.Body body) {
        DecoderBounds.readOrRefuse(body, tried -> read(tried).inputs());
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
