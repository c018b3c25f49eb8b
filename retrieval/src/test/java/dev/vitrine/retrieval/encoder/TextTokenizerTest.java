package dev.vitrine.retrieval.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.encoder.TextTokenizer.Rows;
import dev.vitrine.retrieval.encoder.TextTokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
    private static final List<String> WORDS =
            List.of("red", "kettle", "un", "##aff", "##able", "手", "机", "cafe", "!");

    @TempDir private Path folder;

    private TextTokenizer wordPieces(int longest) throws IOException {
        int count = RandomEncoder.vocabulary(WORDS).size();
        RandomEncoder.write(folder, RandomEncoder.config(EncoderConfig.Kind.BERT, count), WORDS, 1);
        return TextTokenizer.open(folder.resolve(EncoderDirectory.TOKENIZER), count, longest);
    }

    private static List<String> named(Tokens tokens) {
        List<String> names = RandomEncoder.vocabulary(WORDS);
        return Arrays.stream(tokens.ids()).mapToObj(id -> names.get((int) id)).toList();
    }

    @Test
    void partsWordsIntoTheLongestPieces() throws IOException {
        try (TextTokenizer tokenizer = wordPieces(16)) {
            assertThat(named(tokenizer.encode("Red kettles!")))
                    .containsExactly("[CLS]", "red", "kettle", "##s", "!", "[SEP]");
            assertThat(named(tokenizer.encode("unaffable")))
                    .containsExactly("[CLS]", "un", "##aff", "##able", "[SEP]");
            assertThat(named(tokenizer.encode("Café"))).containsExactly("[CLS]", "cafe", "[SEP]");
            assertThat(named(tokenizer.encode("手机壳 red")))
                    .containsExactly("[CLS]", "手", "机", "[UNK]", "red", "[SEP]");
        }
    }

    @Test
    void cutsTheLongerOfTwoTexts() throws IOException {
        try (TextTokenizer tokenizer = wordPieces(7)) {
            assertThat(named(tokenizer.encode("red red red red red red red red")))
                    .containsExactly("[CLS]", "red", "red", "red", "red", "red", "[SEP]");
            Tokens two = tokenizer.encode("red red red red red red", "kettle");
            assertThat(named(two))
                    .containsExactly("[CLS]", "red", "red", "red", "[SEP]", "kettle", "[SEP]");
            assertThat(two.types()).containsExactly(0, 0, 0, 0, 0, 1, 1);
            assertThat(tokenizer.encode("red ".repeat(1_000_000)).ids()).hasSize(7);
        }
    }

    @Test
    void marksWhatIsNothing() throws IOException {
        try (TextTokenizer tokenizer = wordPieces(8)) {
            assertThat(tokenizer.encode(" \t").blank()).isTrue();
            assertThat(tokenizer.encode("").ids()).hasSize(2);
            assertThat(tokenizer.encode("\ud83d\u0000\uffff").ids()).isNotEmpty();
            assertThat(tokenizer.encode("red").blank()).isFalse();
        }
    }

    @Test
    void laysTextsBesideEachOther() throws IOException {
        try (TextTokenizer tokenizer = wordPieces(8)) {
            Rows rows = Rows.of(List.of(tokenizer.encode("red"), tokenizer.encode("")), 1);
            assertThat(rows.tokens()).isEqualTo(3);
            assertThat(rows.mask()).containsExactly(1, 1, 1, 1, 1, 0);
            assertThat(rows.ids()[5]).isEqualTo(1);
        }
    }

    /** Bytes as GPT-2 writes them: a space is Ġ; merges in their order. */
    @Test
    void readsMergesOfBytes() throws IOException {
        Path file = folder.resolve("bytes.json");
        Files.writeString(
                file,
                """
                {"version":"1.0","added_tokens":[
                  {"id":0,"content":"<s>","special":true,"single_word":false,"lstrip":false,
                   "rstrip":false,"normalized":false},
                  {"id":1,"content":"</s>","special":true,"single_word":false,"lstrip":false,
                   "rstrip":false,"normalized":false}],
                 "normalizer":null,
                 "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,
                   "use_regex":true},
                 "post_processor":{"type":"RobertaProcessing","sep":["</s>",1],"cls":["<s>",0],
                   "trim_offsets":true,"add_prefix_space":false},
                 "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,
                   "use_regex":true},
                 "model":{"type":"BPE","dropout":null,"unk_token":null,
                   "continuing_subword_prefix":"","end_of_word_suffix":"","fuse_unk":false,
                   "byte_fallback":false,
                   "vocab":{"<s>":0,"</s>":1,"l":2,"o":3,"w":4,"e":5,"r":6,"Ġ":7,"lo":8,"low":9,
                     "er":10,"Ġlow":11,"æ":12,"ī":13,"ĭ":14},
                   "merges":["l o","lo w","e r","Ġ low"]}}
                """);
        try (TextTokenizer tokenizer = TextTokenizer.open(file, 15, 16)) {
            assertThat(tokenizer.encode("low lower").ids()).containsExactly(0, 9, 11, 10, 1);
            assertThat(tokenizer.encode("手").ids()).containsExactly(0, 12, 13, 14, 1);
            assertThat(tokenizer.encode("low", "er").ids()).containsExactly(0, 9, 1, 1, 10, 1);
        }
    }

    /** Pieces with a logarithm of their probability each; the likeliest parting is taken. */
    @Test
    void readsPiecesWithProbabilities() throws IOException {
        Path file = folder.resolve("pieces.json");
        Files.writeString(
                file,
                """
                {"version":"1.0","added_tokens":[],"normalizer":{"type":"NFKC"},
                 "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always",
                   "split":true},
                 "post_processor":null,"decoder":null,
                 "model":{"type":"Unigram","unk_id":0,"byte_fallback":false,"vocab":[
                   ["<unk>",0.0],["▁",-2.0],["▁tea",-3.0],["pot",-3.0],["▁teapot",-5.0],
                   ["t",-4.0],["e",-4.0],["a",-4.0],["手",-4.0],["机",-4.0],["手机",-5.0]]}}
                """);
        try (TextTokenizer tokenizer = TextTokenizer.open(file, 11, 16)) {
            assertThat(tokenizer.encode("teapot tea").ids()).containsExactly(4, 2);
            assertThat(tokenizer.encode("手机").ids()).containsExactly(1, 10);
            assertThat(tokenizer.encode("z").ids()).containsExactly(1, 0);
        }
    }

    @Test
    void refusesTokensThatTheEncoderDoesNotHave() throws IOException {
        wordPieces(8).close();
        Path file = folder.resolve(EncoderDirectory.TOKENIZER);
        int kettle = RandomEncoder.vocabulary(WORDS).indexOf("kettle");
        try (TextTokenizer tokenizer = TextTokenizer.open(file, kettle, 8)) {
            assertThat(named(tokenizer.encode("red"))).contains("red");
            assertThatThrownBy(() -> tokenizer.encode("kettle"))
                    .hasMessageContaining("the encoder has " + kettle);
        }
    }

    @Test
    void refusesFilesThatAreNotAsTheyShouldBe() throws IOException {
        wordPieces(8).close();
        Path file = folder.resolve(EncoderDirectory.TOKENIZER);
        String good = Files.readString(file);
        refused(good, 4, "adds 3 tokens");
        refused(good.replace("\"[UNK]\":3", "\"[UNK]\":-3"), 8, "-3");
        refused(good.replace("\"BertPreTokenizer\"", "\"Unheard\""), 8, "");
        refused(
                good.replace(
                        "{\"type\":\"BertPreTokenizer\"}",
                        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(((\"},"
                                + "\"behavior\":\"Isolated\",\"invert\":false}"),
                8,
                "pattern");
        refused(good.replace("\"ids\":[0]", "\"ids\":[900]"), 8, "token 900");
    }

    private void refused(String json, int longest, String why) throws IOException {
        Path file = folder.resolve("refused.json");
        Files.writeString(file, json);
        assertThatThrownBy(() -> TextTokenizer.open(file, 200, longest))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why);
    }
}
