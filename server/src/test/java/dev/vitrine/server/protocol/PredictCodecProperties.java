package dev.vitrine.server.protocol;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * As {@link InferCodecProperties}, for the bodies of TensorFlow Serving's {@code :predict}. More
 * tries than in a build: {@code -Djqwik.tries.default=1000000}.
 */
class PredictCodecProperties {
    private static final int LARGE = 2 << 20;
    private static final Dimension ROWS = Dimension.named("rows");
    private static final Dimension COLUMNS = Dimension.of(3);
    private static final Port NUMBERS = new Port("x", TensorType.FP32, List.of(ROWS, COLUMNS));
    private static final Port WORDS = new Port("word", TensorType.BYTES, List.of(ROWS));
    private static final Port FLAGS = new Port("flag", TensorType.BOOL, List.of(ROWS));
    private static final List<Signature> MODELS =
            List.of(
                    model(NUMBERS),
                    model(WORDS),
                    model(WORDS, NUMBERS),
                    model(FLAGS, new Port("age", TensorType.INT64, List.of(ROWS)), WORDS));

    private static Signature model(Port... inputs) {
        return new Signature(List.of(inputs), List.of());
    }

    private static Signature model(long seed) {
        return MODELS.get((int) Math.floorMod(seed, (long) MODELS.size()));
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void soundRequestsAreRead(@ForAll long seed) {
        Signature model = model(seed);
        HostileRequests.Body body = new HostileRequests(seed).soundPredict(model.inputs());
        assertThatCode(() -> read(body, model)).doesNotThrowAnyException();
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void attackedRequestsAreReadOrRefused(@ForAll long seed) {
        Signature model = model(seed);
        HostileRequests random = new HostileRequests(seed);
        Supplier<HostileRequests.Body> sound = () -> random.soundPredict(model.inputs());
        readOrRefuse(random.attacked(sound), model);
    }

    /** What costs most for its bytes, or goes beyond a bound of JSON. */
    @Example
    void largeBodiesStayWithinTheBounds() {
        String[] hard = {
            "[".repeat(LARGE),
            "{\"a\":".repeat(LARGE / 5),
            "{\"other\":" + "[".repeat(LARGE),
            "{\"instances\":" + "[".repeat(LARGE),
            "{\"instances\":" + "{\"x\":".repeat(LARGE / 5),
            "{\"inputs\":[" + "9".repeat(LARGE) + "]}",
            "{\"inputs\":[\"" + "a".repeat(5_000_000) + "\"]}",
            "{\"" + "a".repeat(LARGE),
            "{\"inputs\":{\"" + "a".repeat(LARGE) + "\":1}}",
            "{\"instances\":[" + "[],".repeat(LARGE / 3) + "[]]}",
            "{\"instances\":[" + "1,".repeat(LARGE / 2) + "1]}",
            "{\"instances\":[" + "\"\",".repeat(LARGE / 3) + "\"\"]}",
            "{\"instances\":[" + "{\"b64\":\"\"},".repeat(LARGE / 11) + "\"\"]}",
            "{\"instances\":[" + "{},".repeat(LARGE / 3) + "{}]}",
            "{" + "\"inputs\":[],".repeat(LARGE / 12) + "\"inputs\":[]}",
        };
        for (String text : hard) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            MODELS.forEach(
                    model -> readOrRefuse(new HostileRequests.Body(bytes, bytes.length), model));
        }
    }

    private static void readOrRefuse(HostileRequests.Body body, Signature model) {
        DecoderBounds.readOrRefuse(body, tried -> read(tried, model));
    }

    private static Map<String, Tensor> read(HostileRequests.Body body, Signature model) {
        return PredictCodec.read(body.bytes(), model).tensors().inputs();
    }
}
