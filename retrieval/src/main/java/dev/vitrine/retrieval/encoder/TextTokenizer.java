package dev.vitrine.retrieval.encoder;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.vitrine.inference.platform.NativeCache;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Parts texts into the tokens of an encoder, by its {@code tokenizer.json} and the library that
 * such files are made with (Hugging Face's tokenizers, native code). Any number of threads may use
 * one.
 */
public final class TextTokenizer implements AutoCloseable {
    /** Characters of a text that are looked at, for each token that is wanted. */
    private static final int CHARACTERS = 24;

    private static final int LEAST_CHARACTERS = 2_000;

    private final HuggingFaceTokenizer tokenizer;
    private final int vocabulary;
    private final int longest;

    /**
     * A text, or two, as tokens.
     *
     * @param ids one for each token, with those that mark beginnings and ends
     * @param types 0 for tokens of the first text, 1 for those of the second, where the tokenizer
     *     tells them apart
     * @param blank whether there is nothing but such marks
     */
    public record Tokens(long[] ids, long[] types, boolean blank) {}

    private TextTokenizer(HuggingFaceTokenizer tokenizer, int vocabulary, int longest) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.longest = longest;
    }

    /**
     * Opens a file.
     *
     * @param vocabulary tokens that the encoder knows
     * @param longest tokens of a text that are kept, the first ones; of two texts the longer one is
     *     cut first
     * @throws VitrineException MODEL_INVALID for a file that cannot be used; TOKENIZER_MISSING when
     *     the native library cannot be loaded
     */
    public static TextTokenizer open(Path file, int vocabulary, int longest) {
        String json = TokenizerFile.read(file);
        TextTokenizer opened = new TextTokenizer(load(json, longest), vocabulary, longest);
        try {
            // Some mark nothing: two empty texts are no tokens then.
            int marks =
                    opened.tokens(() -> opened.tokenizer.encode("", "", true, false), 0).ids.length;
            if (marks + 2 > longest) {
                throw TokenizerFile.invalid(
                        "it adds "
                                + marks
                                + " tokens to two texts, of which only "
                                + longest
                                + " are read");
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * The library would unpack itself to another place, look for what it lacks on the network, and
     * report its use to its maker, unless it is told not to before its classes are loaded.
     */
    private static HuggingFaceTokenizer load(String json, int longest) {
        String cache = NativeCache.folder("tokenizers").toString();
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("DJL_CACHE_DIR", cache);
        System.setProperty("ENGINE_CACHE_DIR", cache);
        String length = Integer.toString(longest);
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                    Map.of(
                            "truncation", "true",
                            "padding", "false",
                            "addSpecialTokens", "true",
                            "maxLength", length,
                            "modelMaxLength", length));
        } catch (EngineException | LinkageError e) {
            throw new VitrineException(
                    RetrievalError.TOKENIZER_MISSING,
                    "the library that parts texts into tokens cannot be loaded here: " + e,
                    e);
        } catch (IOException | RuntimeException e) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    EncoderDirectory.TOKENIZER + " cannot be used: " + e.getMessage(),
                    e);
        }
    }

    /** The tokens of a text. */
    public Tokens encode(String text) {
        return tokens(() -> tokenizer.encode(cut(text), true, false), 1);
    }

    /** The tokens of two texts, as one. */
    public Tokens encode(String first, String second) {
        return tokens(() -> tokenizer.encode(cut(first), cut(second), true, false), 1);
    }

    private Tokens tokens(java.util.function.Supplier<Encoding> call, int least) {
        Encoding encoding;
        try {
            encoding = call.get();
        } catch (VitrineException e) {
            throw e;
        } catch (RuntimeException e) {
            throw TokenizerFile.invalid("it cannot part a text: " + e.getMessage());
        }
        long[] ids = encoding.getIds();
        if (ids.length < least || ids.length > longest) {
            throw TokenizerFile.invalid(
                    "it makes " + ids.length + " tokens where 1 to " + longest + " are wanted");
        }
        for (long id : ids) {
            if (id < 0 || id >= vocabulary) {
                throw TokenizerFile.invalid(
                        "it knows the token " + id + ", and the encoder has " + vocabulary);
            }
        }
        boolean blank = true;
        for (long mark : encoding.getSpecialTokenMask()) {
            blank &= mark != 0;
        }
        return new Tokens(ids, encoding.getTypeIds(), blank);
    }

    private String cut(String text) {
        int most = Math.max(LEAST_CHARACTERS, CHARACTERS * longest);
        if (text.length() <= most) {
            return text;
        }
        return text.substring(
                0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    /**
     * The tokens of some texts beside each other: filled up with a token that the mask hides.
     *
     * @param ids [texts, tokens]
     * @param mask [texts, tokens], 1 for what belongs to a text
     * @param types [texts, tokens]
     */
    public record Rows(long[] ids, long[] mask, long[] types, int texts, int tokens) {
        /** Lays texts beside each other. */
        public static Rows of(List<Tokens> all, int padding) {
            int longest = 1;
            for (Tokens text : all) {
                longest = Math.max(longest, text.ids.length);
            }
            long[] ids = new long[all.size() * longest];
            long[] mask = new long[ids.length];
            long[] types = new long[ids.length];
            java.util.Arrays.fill(ids, padding);
            for (int row = 0; row < all.size(); row++) {
                Tokens text = all.get(row);
                System.arraycopy(text.ids, 0, ids, row * longest, text.ids.length);
                System.arraycopy(text.types, 0, types, row * longest, text.types.length);
                java.util.Arrays.fill(mask, row * longest, row * longest + text.ids.length, 1L);
            }
            return new Rows(ids, mask, types, all.size(), longest);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
