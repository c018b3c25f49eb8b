package dev.vitrine.retrieval.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TokenizerFileProperties {
    private static final byte[] GOOD = good();

    private static byte[] good() {
        try {
            Path folder = Files.createTempDirectory("tokenizer");
            try {
                EncoderConfig config = RandomEncoder.config(EncoderConfig.Kind.BERT, 100);
                RandomEncoder.write(folder, config, List.of("lamp"), 1);
                return Files.readAllBytes(folder.resolve(EncoderDirectory.TOKENIZER));
            } finally {
                for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
                    Files.deleteIfExists(folder.resolve(name));
                }
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String checked(String json) {
        return TokenizerFile.checked(json.getBytes(StandardCharsets.UTF_8));
    }

    /** What is changed is refused, or still an object with a model of a known type. */
    @Property(tries = 2_000)
    void changedFilesAreReadOrRefused(
            @ForAll @IntRange(max = 10_000) int at,
            @ForAll byte value,
            @ForAll @IntRange(max = 10_000) int length,
            @ForAll boolean cut) {
        byte[] bytes = GOOD.clone();
        bytes[at % bytes.length] = value;
        if (cut) {
            bytes = java.util.Arrays.copyOf(bytes, Math.min(length, bytes.length));
        }
        try {
            assertThat(TokenizerFile.checked(bytes)).startsWith("{").contains("\"WordPiece\"");
        } catch (VitrineException e) {
            assertThat(e.code()).isEqualTo(RetrievalError.MODEL_INVALID);
        }
    }

    /** Native code gets only maps that lead nowhere else; random bytes lead out. */
    @Property(tries = 2_000)
    void characterMapsOfChanceAreRefused(@ForAll @Size(max = 200) byte[] bytes) {
        String map = Base64.getEncoder().encodeToString(bytes);
        assertThatThrownBy(() -> checked(normalizer(map)))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("character map");
    }

    private static String normalizer(String map) {
        return "{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Precompiled\","
                + "\"precompiled_charsmap\":\""
                + map
                + "\"}]},\"model\":{\"type\":\"Unigram\",\"vocab\":[]}}";
    }

    /** One block, in which 'a' leads to the leaf that names the text "b". */
    private static ByteBuffer map() {
        ByteBuffer map = ByteBuffer.allocate(4 + 4 * 256 + 2).order(ByteOrder.LITTLE_ENDIAN);
        map.putInt(4 * 256);
        IntWriter units = (place, value) -> map.putInt(4 + 4 * place, value);
        int leaf = 200;
        units.put('a', ('a' ^ leaf) << 10 | 1 << 8 | 'a');
        units.put(leaf, 1 << 31);
        map.put(4 + 4 * 256, (byte) 'b');
        return map.rewind();
    }

    private interface IntWriter {
        void put(int place, int value);
    }

    private static String text(ByteBuffer map) {
        return Base64.getEncoder().encodeToString(map.array());
    }

    @Example
    void characterMapsThatStayInsideAreTaken() {
        assertThatCode(() -> checked(normalizer(text(map())))).doesNotThrowAnyException();
        ByteBuffer out = map().putInt(4 + 4 * 7, 1 << 30);
        assertThatThrownBy(() -> checked(normalizer(text(out))))
                .hasMessageContaining("leads out of itself at 7");
    }

    @Example
    void leavesOutWhatTheFileSaysOfLengths() {
        String checked =
                checked(
                        "{\"truncation\":{\"max_length\":1,\"stride\":5},"
                                + "\"padding\":{\"strategy\":{\"Fixed\":4000000000}},"
                                + "\"model\":{\"type\":\"BPE\"}}");
        assertThat(checked)
                .isEqualTo("{\"truncation\":null,\"padding\":null,\"model\":{\"type\":\"BPE\"}}");
    }

    @Example
    void refusesWhatIsNoTokenizer() {
        refused("", "no JSON object");
        refused("[]", "no JSON object");
        refused("{}", "has no model");
        refused("{\"model\":3}", "no object");
        refused("{\"model\":{}}", "expected one of [BPE, Unigram, WordLevel, WordPiece]");
        refused("{\"model\":{\"type\":\"WordPiece\"}} {}", "follows");
        refused("{\"model\":{\"type\":\"WordPiece\"},\"model\":{}}", "uplicate");
        refused("{\"decoder\":" + "[".repeat(100) + "]".repeat(100) + "}", "depth");
        refused(
                "{\"pre_tokenizer\":{\"pattern\":{\"Regex\":\"" + "a?".repeat(2_000) + "\"}}}",
                "4000 characters");
        refused(normalizer("%"), "Base64");
    }

    private static void refused(String json, String why) {
        assertThatThrownBy(() -> checked(json))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why);
    }
}
