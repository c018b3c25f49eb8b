package dev.vitrine.retrieval.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class SafetensorsProperties {
    private static Path file = Path.of("");

    @BeforeContainer
    static void create() throws IOException {
        file = Files.createTempFile("tensors", ".safetensors");
    }

    @AfterContainer
    static void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private static Safetensors open(byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Safetensors.open(file);
    }

    private static byte[] bytes(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private static byte[] written() {
        try {
            Safetensors.write(
                    file,
                    Map.of(
                            "a", new Safetensors.Values(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
                            "b", new Safetensors.Values(new float[] {7}),
                            "c", new Safetensors.Values(new float[0], 0, 4)));
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll @Size(max = 50) float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.isFinite(values[i]) ? values[i] : 0;
        }
        try {
            Safetensors.write(
                    file, Map.of("values", new Safetensors.Values(values, values.length, 1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.floats("values", values.length, 1)).isEqualTo(values);
        }
    }

    /** Whatever is changed in a file, it is read or refused, and nothing else happens. */
    @Property(tries = 2_000)
    void changedFilesAreReadOrRefused(
            @ForAll @IntRange(max = 400) int at,
            @ForAll byte value,
            @ForAll @IntRange(max = 400) int length,
            @ForAll boolean cut) {
        byte[] bytes = written();
        bytes[at % bytes.length] = value;
        if (cut) {
            bytes = java.util.Arrays.copyOf(bytes, length);
        }
        try (Safetensors read = open(bytes)) {
            for (String name : read.names()) {
                read.floats(name, read.shape(name).orElseThrow());
            }
        } catch (VitrineException e) {
            assertThat(e.code()).isEqualTo(RetrievalError.MODEL_INVALID);
        }
    }

    @Example
    void halfNumbersAreWidened() {
        byte[] bytes =
                bytes(
                        "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[4,8]}}",
                        8);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(bytes.length - 8)
                .putShort(Float.floatToFloat16(1.5f))
                .putShort(Float.floatToFloat16(-65504f))
                .putShort((short) (Float.floatToIntBits(-2.5f) >> 16))
                .putShort((short) (Float.floatToIntBits(1e30f) >> 16));
        try (Safetensors read = open(bytes)) {
            assertThat(read.floats("h", 2)).containsExactly(1.5f, -65504f);
            assertThat(read.floats("b", 2)[0]).isEqualTo(-2.5f);
            assertThat(read.floats("b", 2)[1] / 1e30f).isBetween(.99f, 1.01f);
        }
    }

    @Example
    void refusesWhatDoesNotFitTheFile() {
        refused(new byte[7], "needs 8");
        refused(bytes("{}", 0), "");
        byte[] endless = bytes("{}", 8);
        ByteBuffer.wrap(endless).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
        refused(endless, "9223372036854775807");
        ByteBuffer.wrap(endless).order(ByteOrder.LITTLE_ENDIAN).putLong(-1);
        refused(endless, "18446744073709551615");
        refused(bytes("[]", 0), "no JSON object");
        refused(bytes(one("F32", "[2]", "[0,8]") + "x", 8), "no JSON");
        refused(bytes(one("F32", "[2]", "[0,8]"), 9), "end at byte");
        refused(bytes(one("F32", "[2]", "[0,8]"), 7), "end at byte");
        refused(bytes(one("F32", "[3]", "[0,8]"), 8), "lies from 0 to 8");
        refused(bytes(one("F32", "[2]", "[8,0]"), 8), "lies from 8 to 0");
        refused(bytes(one("F32", "[2]", "[4,12]"), 12), "begins at 4");
        refused(bytes(one("F32", "[-1]", "[0,8]"), 8), "no number");
        refused(bytes(one("F32", "[1.5]", "[0,6]"), 6), "no number");
        refused(bytes(one("Q4", "[2]", "[0,8]"), 8), "unknown type 'Q4'");
        refused(
                bytes(one("F32", "[4294967296,4294967296,4294967296]", "[0,8]"), 8),
                "lies from 0 to 8");
        String overlapping =
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
        refused(bytes(overlapping, 12), "begins at 4");
        refused(bytes(overlapping.replace("\"b\"", "\"a\""), 12), "Duplicate");
    }

    private static String one(String type, String shape, String offsets) {
        return "{\"a\":{\"dtype\":\""
                + type
                + "\",\"shape\":"
                + shape
                + ",\"data_offsets\":"
                + offsets
                + "}}";
    }

    private static void refused(byte[] bytes, String why) {
        if (why.isEmpty()) {
            open(bytes).close();
            return;
        }
        assertThatThrownBy(() -> open(bytes).close())
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why);
    }

    @Example
    void refusesNumbersThatAreNone() {
        byte[] bytes = written();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, Float.NaN);
        try (Safetensors read = open(bytes)) {
            assertThat(read.floats("a", 2, 3)).hasSize(6);
            assertThatThrownBy(() -> read.floats("b")).hasMessageContaining("holds NaN");
            assertThatThrownBy(() -> read.floats("a", 3, 2)).hasMessageContaining("[2, 3]");
            assertThatThrownBy(() -> read.floats("d")).hasMessageContaining("no tensor d");
        }
    }
}
