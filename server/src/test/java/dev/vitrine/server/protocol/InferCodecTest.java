package dev.vitrine.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferCodecTest {
    private static InferRequest json(String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return InferCodec.read(body, body.length);
    }

    private static Tensor input(InferRequest request, String name) {
        return Objects.requireNonNull(request.inputs().get(name), name);
    }

    private static InferRequest one(String type, String shape, String data) {
        return json(
                "{\"inputs\":[{\"name\":\"x\",\"datatype\":\""
                        + type
                        + "\",\"shape\":"
                        + shape
                        + ",\"data\":"
                        + data
                        + "}]}");
    }

    @Test
    void readsFlatAndNestedData() {
        assertThat(input(one("FP32", "[2,2]", "[1,2.5,-3,4e1]"), "x").floats())
                .containsExactly(1f, 2.5f, -3f, 40f);
        assertThat(input(one("FP32", "[2,2]", "[[1,2.5],[-3,40]]"), "x").floats())
                .containsExactly(1f, 2.5f, -3f, 40f);
        assertThat(input(one("BYTES", "[2]", "[\"käse\",\"\"]"), "x").texts())
                .containsExactly("käse", "");
        assertThat(input(one("INT64", "[1]", "[9007199254740993]"), "x").data().getLong())
                .isEqualTo(9007199254740993L);
        assertThat(input(one("UINT8", "[2]", "[0,255]"), "x").data().get(1)).isEqualTo((byte) -1);
        assertThat(input(one("BOOL", "[2]", "[true,false]"), "x").data().get(0))
                .isEqualTo((byte) 1);
    }

    @Test
    void dataMayComeBeforeItsTypeAndUnknownFieldsArePassedOver() {
        InferRequest request =
                json(
                        """
                        {"id":"7","later":{"a":[1]},"inputs":[
                         {"data":[[1],[2]],"shape":[2,1],"x":1,"name":"a","datatype":"FP32"},
                         {"datatype":"INT32","data":[3],"shape":[1],"name":"b"}],
                         "outputs":[{"name":"y","parameters":{"later":2}}]}
                        """);
        assertThat(request.id()).isEqualTo("7");
        assertThat(input(request, "a").floats()).containsExactly(1f, 2f);
        assertThat(input(request, "b").data().getInt()).isEqualTo(3);
        assertThat(request.outputs()).containsExactly(new InferRequest.Output("y", false));
    }

    @Test
    void readsBytesBehindTheJson() {
        String head =
                """
                {"inputs":[{"name":"a","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},
                {"name":"t","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11}}],
                "outputs":[{"name":"y","parameters":{"binary_data":true}},{"name":"z"}],
                "parameters":{"binary_data_output":false}}\
                """;
        ByteBuffer raw = ByteBuffer.allocate(19).order(ByteOrder.LITTLE_ENDIAN);
        raw.putFloat(1.5f).putFloat(-2f).putInt(3).put(new byte[] {'a', 'b', 'c'}).putInt(0);
        byte[] body = joined(head, raw.array());
        InferRequest request = InferCodec.read(body, body.length - 19);
        assertThat(input(request, "a").floats()).containsExactly(1.5f, -2f);
        assertThat(input(request, "a").data().array()).as("not copied").isSameAs(body);
        assertThat(input(request, "t").texts()).containsExactly("abc", "");
        assertThat(request.outputs())
                .containsExactly(
                        new InferRequest.Output("y", true), new InferRequest.Output("z", false));
    }

    private static byte[] joined(String head, byte[] raw) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(raw);
        return out.toByteArray();
    }

    @Test
    void writesWhatItReads() {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("f", Tensor.of(new long[] {1, 2}, new float[] {.1f, Float.MIN_VALUE}));
        outputs.put("t", Tensor.of(new long[] {2}, new String[] {"ü", "b"}));
        for (boolean binary : new boolean[] {false, true}) {
            InferRequest asked =
                    json(
                            "{\"id\":\"q\",\"inputs\":[{\"name\":\"x\",\"shape\":[0],"
                                    + "\"datatype\":\"FP32\",\"data\":[]}],\"parameters\":"
                                    + "{\"binary_data_output\":"
                                    + binary
                                    + "}}");
            InferCodec.Answer answer = InferCodec.write("m", 4, "", asked, outputs);
            String text = new String(answer.bytes(), 0, answer.json(), StandardCharsets.UTF_8);
            assertThat(text)
                    .startsWith("{\"model_name\":\"m\",\"model_version\":\"4\",\"id\":\"q\"");
            byte[] request =
                    joined(
                            text.replace("\"outputs\"", "\"inputs\""),
                            Arrays.copyOfRange(
                                    answer.bytes(), answer.json(), answer.bytes().length));
            InferRequest again =
                    InferCodec.read(
                            request, request.length - (answer.bytes().length - answer.json()));
            assertThat(input(again, "f").floats()).containsExactly(.1f, Float.MIN_VALUE);
            assertThat(input(again, "t").texts()).containsExactly("ü", "b");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FP32 | [2] | [1] | needs 2 elements, data has 1",
                "FP32 | [2] | [1,2,3] | data has more",
                "FP32 | [1] | [\"1\"] | element 0 is no FP32",
                "INT32 | [1] | [1.5] | element 0 is no INT32",
                "INT32 | [1] | [3000000000] | element 0 is no INT32",
                "UINT8 | [1] | [-1] | element 0 is no UINT8",
                "INT64 | [1] | [9223372036854775808] | element 0 is no INT64",
                "BOOL | [1] | [1] | element 0 is no BOOL",
                "BYTES | [1] | [1] | element 0 is no text",
                "FP16 | [1] | [1] | only as binary",
                "FP33 | [1] | [1] | no datatype 'FP33'",
                "FP32 | [-1] | [1] | impossible dimension",
                "FP32 | [2147483647,2147483647] | [1] | too many elements",
                "FP32 | [1,1,1,1,1,1,1,1,1] | [1] | at most 8 dimensions",
                "FP32 | [1.5] | [1] | whole numbers",
                "FP32 | [1] | 1 | has to be an array",
                "FP32 | [1] | [null] | element 0",
            })
    void saysWhatIsWrong(String type, String shape, String data, String expected) {
        assertThatThrownBy(() -> one(type, shape, data))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void bytesThatAreMissingOrLeftAreRefused() {
        String head =
                "{\"inputs\":[{\"name\":\"a\",\"shape\":[2],\"datatype\":\"FP32\","
                        + "\"parameters\":{\"binary_data_size\":8}}]}";
        for (int size : new int[] {0, 7, 9, 20}) {
            byte[] body = joined(head, new byte[size]);
            assertThatThrownBy(() -> InferCodec.read(body, body.length - size))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("bytes");
        }
        byte[] body = joined(head, new byte[8]);
        assertThatThrownBy(() -> InferCodec.read(body, body.length + 1))
                .hasMessageContaining("Inference-Header-Content-Length");
        assertThatThrownBy(() -> InferCodec.read(body, -1)).isInstanceOf(VitrineException.class);
    }

    /** Whatever the bytes, there is a request or an error of ours, and no large allocation. */
    @Test
    void brokenBodiesAreErrorsOfOurs() {
        String head =
                "{\"id\":\"1\",\"inputs\":[{\"name\":\"a\",\"shape\":[2],\"datatype\":\"FP32\","
                        + "\"parameters\":{\"binary_data_size\":8}},{\"name\":\"b\",\"data\":[[1,2],"
                        + "[3,4]],\"shape\":[2,2],\"datatype\":\"INT64\"},{\"name\":\"t\",\"shape\":"
                        + "[1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":6}}]}";
        byte[] whole = joined(head, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 'h', 'i'});
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] body = whole.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(5) == 0) {
                body = Arrays.copyOf(body, random.nextInt(body.length));
            }
            int json = random.nextInt(5) == 0 ? random.nextInt(400) - 20 : body.length - 14;
            try {
                assertThat(InferCodec.read(body, json).inputs()).isNotEmpty();
            } catch (VitrineException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 19_999);
    }

    @Test
    void everyTypeOfNumberComesBack() {
        for (TensorType type : TensorType.values()) {
            if (type == TensorType.BYTES || type == TensorType.FP16 || type == TensorType.BF16) {
                continue;
            }
            String data = type == TensorType.BOOL ? "[true,false]" : "[1,0]";
            Tensor tensor = input(one(type.name(), "[2]", data), "x");
            InferCodec.Answer answer =
                    InferCodec.write("m", 1, "", one("FP32", "[1]", "[1]"), Map.of("y", tensor));
            assertThat(new String(answer.bytes(), StandardCharsets.UTF_8))
                    .containsPattern("\"data\":\\[(1|1\\.0|true),(0|0\\.0|false)\\]");
        }
    }

    @Test
    void readsHowLongAnAnswerIsOfUseAndHowGoodItsPriorityIs() {
        String inputs =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]";
        byte[] asked =
                (inputs + ",\"parameters\":{\"priority\":2,\"timeout\":1500,\"else\":{}}}")
                        .getBytes(StandardCharsets.UTF_8);
        InferRequest request = InferCodec.read(asked, asked.length);
        assertThat(request.priority()).isEqualTo(2);
        assertThat(request.timeout()).isEqualTo(Duration.ofNanos(1_500_000));
        byte[] unbounded =
                (inputs + ",\"parameters\":{\"timeout\":0}}").getBytes(StandardCharsets.UTF_8);
        assertThat(InferCodec.read(unbounded, unbounded.length).timeout())
                .isEqualTo(InferCall.TIMEOUT);
        byte[] wrong =
                (inputs + ",\"parameters\":{\"timeout\":-1}}").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> InferCodec.read(wrong, wrong.length))
                .hasMessageContaining("timeout");
    }
}
