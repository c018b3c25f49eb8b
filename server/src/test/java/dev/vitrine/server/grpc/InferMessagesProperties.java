package dev.vitrine.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.grpc.wire.InferTensorContents;
import dev.vitrine.server.grpc.wire.ModelInferRequest;
import dev.vitrine.server.grpc.wire.ModelInferResponse;
import dev.vitrine.server.grpc.wire.ModelStreamInferResponse;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.protocol.InferRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * What is read and written by hand is what protobuf's own classes read and write. More tries than
 * in a build: {@code -Djqwik.tries.default=1000000}.
 */
class InferMessagesProperties {
    private static final int MOST = 1 << 20;

    /** Numbers of each type, or texts, from a list of anything. */
    private static Tensor tensor(TensorType type, List<Long> values) {
        long[] shape = {values.size()};
        if (type == TensorType.BYTES) {
            return Tensor.of(
                    shape, values.stream().map(v -> "w" + v + "\u00e9").toArray(String[]::new));
        }
        ByteBuffer data = Tensor.direct((long) values.size() * type.bytes());
        for (long value : values) {
            switch (type) {
                case BOOL -> data.put((byte) (value & 1));
                case FP32 -> data.putFloat(value / 7f);
                case FP64 -> data.putDouble(value / 7.0);
                default -> {
                    for (int i = 0; i < type.bytes(); i++) {
                        data.put((byte) (value >>> 8 * i));
                    }
                }
            }
        }
        return Tensor.of(type, shape, data.flip());
    }

    @Provide
    Arbitrary<Map<String, Tensor>> typed() {
        return tensors(
                Arrays.stream(TensorType.values())
                        .filter(type -> TypedContents.list(type) != 0)
                        .toList());
    }

    @Provide
    Arbitrary<Map<String, Tensor>> any() {
        return tensors(List.of(TensorType.values()));
    }

    private static Arbitrary<Map<String, Tensor>> tensors(List<TensorType> types) {
        Arbitrary<Tensor> one =
                Combinators.combine(Arbitraries.of(types), Arbitraries.longs().list().ofMaxSize(12))
                        .as(InferMessagesProperties::tensor);
        return one.list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(tensors -> {
                    Map<String, Tensor> named = new LinkedHashMap<>();
                    tensors.forEach(tensor -> named.put("in" + named.size(), tensor));
                    return named;
                });
    }

    private static ByteString raw(Tensor tensor) {
        if (tensor.type() != TensorType.BYTES) {
            return ByteString.copyFrom(tensor.data());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String text : tensor.texts()) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(utf8.length)
                            .array());
            out.writeBytes(utf8);
        }
        return ByteString.copyFrom(out.toByteArray());
    }

    private static InferTensorContents contents(Tensor tensor) {
        InferTensorContents.Builder out = InferTensorContents.newBuilder();
        ByteBuffer data = tensor.data();
        for (String text : tensor.texts()) {
            out.addBytesContents(ByteString.copyFromUtf8(text));
        }
        while (data.hasRemaining()) {
            switch (tensor.type()) {
                case BOOL -> out.addBoolContents(data.get() != 0);
                case INT8 -> out.addIntContents(data.get());
                case INT16 -> out.addIntContents(data.getShort());
                case INT32 -> out.addIntContents(data.getInt());
                case INT64 -> out.addInt64Contents(data.getLong());
                case UINT8 -> out.addUintContents(data.get() & 0xff);
                case UINT16 -> out.addUintContents(data.getShort() & 0xffff);
                case UINT32 -> out.addUintContents(data.getInt());
                case UINT64 -> out.addUint64Contents(data.getLong());
                case FP32 -> out.addFp32Contents(data.getFloat());
                case FP64 -> out.addFp64Contents(data.getDouble());
                case FP16, BF16, BYTES -> throw new AssertionError(tensor);
            }
        }
        return out.build();
    }

    private static ModelInferRequest request(Map<String, Tensor> inputs, boolean raw) {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder()
                        .setModelName("mod\u00e8le")
                        .setModelVersion("12")
                        .setId("abc")
                        .addOutputs(
                                ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                                        .setName("y"));
        inputs.forEach((name, tensor) -> {
            var input = TestGrpc.input(name, tensor.type().name(), tensor.shape());
            if (raw) {
                request.addRawInputContents(raw(tensor));
            } else {
                input.setContents(contents(tensor));
            }
            request.addInputs(input);
        });
        return request.build();
    }

    private static void same(Map<String, Tensor> expected, Map<String, Tensor> found) {
        assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
        expected.forEach((name, tensor) -> {
            Tensor other = Objects.requireNonNull(found.get(name));
            assertThat(other.toString()).isEqualTo(tensor.toString());
            assertThat(other.texts()).isEqualTo(tensor.texts());
            assertThat(other.data()).isEqualTo(tensor.data());
        });
    }

    @Property
    void rawRequestsAreRead(
            @ForAll("any") Map<String, Tensor> inputs,
            @ForAll @IntRange(min = 1, max = 40) int piece) {
        byte[] bytes = request(inputs, true).toByteArray();
        InferMessage.Runnable read =
                (InferMessage.Runnable) InferReader.read(new Chunks(bytes, piece), MOST);
        assertThat(read.model()).isEqualTo("mod\u00e8le");
        assertThat(read.version()).isEqualTo("12");
        assertThat(read.id()).isEqualTo("abc");
        assertThat(read.form()).isEqualTo(InferMessage.Form.RAW);
        assertThat(read.request().outputs())
                .extracting(InferRequest.Output::name)
                .containsExactly("y");
        same(inputs, read.request().inputs());
    }

    @Property
    void typedRequestsAreRead(@ForAll("typed") Map<String, Tensor> inputs) {
        byte[] bytes = request(inputs, false).toByteArray();
        InferMessage.Runnable read =
                (InferMessage.Runnable) InferReader.read(new ByteArrayInputStream(bytes), MOST);
        assertThat(read.form()).isEqualTo(InferMessage.Form.BOTH);
        same(inputs, read.request().inputs());
    }

    @Property
    void answersAreWritten(@ForAll("any") Map<String, Tensor> outputs) throws IOException {
        ModelInferResponse raw =
                ModelInferResponse.parseFrom(
                        InferAnswer.of(request(InferMessage.Form.RAW), by(outputs, ""), false));
        assertThat(raw.getModelName()).isEqualTo("m");
        assertThat(raw.getModelVersion()).isEqualTo("9");
        assertThat(raw.getId()).isEqualTo("i");
        int place = 0;
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            var described = raw.getOutputs(place);
            assertThat(described.getName()).isEqualTo(output.getKey());
            assertThat(described.getDatatype()).isEqualTo(output.getValue().type().name());
            assertThat(described.getShape(0)).isEqualTo(output.getValue().size(0));
            assertThat(raw.getRawOutputContents(place++)).isEqualTo(raw(output.getValue()));
        }
    }

    @Property
    void typedAnswersAreWritten(@ForAll("typed") Map<String, Tensor> outputs) throws IOException {
        ModelInferResponse typed =
                ModelInferResponse.parseFrom(
                        drained(
                                InferAnswer.of(
                                        request(InferMessage.Form.TYPED), by(outputs, ""), false)));
        assertThat(typed.getRawOutputContentsCount()).isZero();
        int place = 0;
        for (Tensor tensor : outputs.values()) {
            assertThat(typed.getOutputs(place++).getContents()).isEqualTo(contents(tensor));
        }
        ModelInferResponse both =
                ModelStreamInferResponse.parseFrom(
                                drained(
                                        InferAnswer.of(
                                                request(InferMessage.Form.BOTH),
                                                by(outputs, "cached"),
                                                true)))
                        .getInferResponse();
        assertThat(both.getOutputsList()).isEqualTo(typed.getOutputsList());
        assertThat(both.getRawOutputContentsCount()).isEqualTo(outputs.size());
        assertThat(both.getParametersOrThrow("triton_final_response").getBoolParam()).isTrue();
        assertThat(both.getParametersOrThrow("served_by").getStringParam()).isEqualTo("cached");
        assertThat(typed.getParametersMap()).isEmpty();
    }

    private static InferencePort.Outcome by(Map<String, Tensor> outputs, String servedBy) {
        return new InferencePort.Outcome("m", 9, outputs, servedBy);
    }

    private static InferMessage.Runnable request(InferMessage.Form form) {
        return new InferMessage.Runnable(
                "m",
                "",
                new InferRequest("i", Map.of(), List.of(), true),
                0,
                Duration.ofSeconds(1),
                form,
                true);
    }

    private static byte[] drained(InferAnswer answer) throws IOException {
        int said = answer.available();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(answer.drainTo(out)).isEqualTo(said).isEqualTo(out.size());
        return out.toByteArray();
    }

    @Property
    void largeOutputsFollowInTheirOrder(@ForAll @IntRange(min = 4_000, max = 9_000) int rows)
            throws IOException {
        float[] values = new float[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = i;
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("small", Tensor.of(new long[] {1}, new float[] {5}));
        outputs.put("large", Tensor.of(new long[] {rows}, values));
        outputs.put("last", Tensor.of(new long[] {1}, new long[] {6}));
        ModelInferResponse answer =
                ModelStreamInferResponse.parseFrom(
                                drained(
                                        InferAnswer.of(
                                                request(InferMessage.Form.RAW),
                                                by(outputs, ""),
                                                true)))
                        .getInferResponse();
        assertThat(answer.getRawOutputContentsList())
                .isEqualTo(outputs.values().stream().map(InferMessagesProperties::raw).toList());
    }

    /** Whatever comes in, what goes out is a request or a refusal that says something. */
    @Property
    void anythingIsReadOrRefused(
            @ForAll("any") Map<String, Tensor> inputs,
            @ForAll boolean raw,
            @ForAll @Size(max = 6) List<@IntRange(max = 4_000) Integer> places,
            @ForAll byte value,
            @ForAll @IntRange(max = 400) int cut) {
        boolean possible =
                inputs.values().stream().noneMatch(t -> TypedContents.list(t.type()) == 0);
        byte[] whole = request(inputs, raw || !possible).toByteArray();
        byte[] bytes = Arrays.copyOf(whole, Math.max(1, whole.length - cut % whole.length));
        places.forEach(place -> bytes[place % bytes.length] = value);
        InferMessage read = InferReader.read(new Chunks(bytes, 17), MOST);
        if (read instanceof InferMessage.Refused refused) {
            assertThat(refused.reason()).isInstanceOf(VitrineException.class);
            assertThat(refused.reason().getMessage()).isNotBlank();
        }
    }

    @Property
    void noiseIsReadOrRefused(@ForAll byte[] bytes) throws InvalidProtocolBufferException {
        InferMessage read = InferReader.read(new ByteArrayInputStream(bytes), MOST);
        if (read instanceof InferMessage.Runnable) {
            ModelInferRequest.parseFrom(bytes);
        }
    }
}
