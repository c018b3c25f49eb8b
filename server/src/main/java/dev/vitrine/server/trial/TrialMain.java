package dev.vitrine.server.trial;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.platform.MemoryLimit;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.server.protocol.RequestLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The main class of the process that tries a model: bytes it may take, the model, perhaps its
 * warm-up requests, perhaps its tokenizer ({@code tokenizer.json}). Its last line is the verdict.
 * Ends when its parent does, whose end closes the standard input.
 */
final class TrialMain {
    private static final int REFUSED = 1;
    private static final int PARENT_IS_GONE = 3;
    private static final int LONGEST_TEXT = 512;

    /** Scripts, accents, marks, spaces and what is no text at all. */
    private static final List<String> TEXTS =
            List.of(
                    "A red kettle, 1.7 l (steel)!",
                    "手机壳 全新 カメラ 카메라 ١٢٣",
                    "café Ünïcode ﬁ Ⅳ ½ ａｂｃ e\u0301",
                    "\ud83d\ude00\ud83d \u0000\uffff\u200b\t\r\n",
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");

    private TrialMain() {}

    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().name("parent-watch").start(TrialMain::endWithParent);
        MemoryLimit.set(Long.parseLong(arguments[0]));
        String verdict = ModelTrial.SOUND;
        try {
            run(Path.of(arguments[1]), Arrays.copyOfRange(arguments, 2, arguments.length));
        } catch (VitrineException | IOException e) {
            verdict = String.valueOf(e.getMessage()).replace('\n', ' ');
        }
        System.out.println();
        System.out.println(ModelTrial.VERDICT + verdict);
        System.out.flush();
        // The runtime's own clearing up is not worth a crash at the end.
        Runtime.getRuntime().halt(verdict.equals(ModelTrial.SOUND) ? 0 : REFUSED);
    }

    private static void run(Path model, String[] beside) throws IOException {
        boolean asked = false;
        try (OnnxSession session = OnnxSession.open(model, SessionSettings.DEFAULT)) {
            for (String name : beside) {
                Path file = Path.of(name);
                if (file.endsWith(EncoderDirectory.TOKENIZER)) {
                    part(file);
                    continue;
                }
                asked = true;
                for (Map<String, Tensor> request : RequestLines.read(file)) {
                    session.run(request);
                }
            }
            if (!asked) {
                runOnZeros(session);
            }
        }
    }

    /** Of what a tokenizer makes of texts, only that it ends and does not end the process. */
    private static void part(Path tokenizer) {
        try (TextTokenizer opened =
                TextTokenizer.open(tokenizer, Integer.MAX_VALUE, LONGEST_TEXT)) {
            for (String text : TEXTS) {
                opened.encode(text);
                opened.encode(text, text.repeat(LONGEST_TEXT));
            }
        }
    }

    /** A model need not take zeros; but no memory that it takes for them may be missing. */
    private static void runOnZeros(OnnxSession session) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (Port port : session.signature().inputs()) {
            inputs.put(port.name(), zeros(port));
        }
        try {
            session.run(inputs);
        } catch (VitrineException e) {
            boolean refused =
                    e.code() == InferenceError.RUN_FAILED
                            || e.code() == InferenceError.INPUT_INVALID;
            // The runtime's words for it, and those of the C++ library.
            if (!refused || String.valueOf(e.getMessage()).contains("alloc")) {
                throw e;
            }
        }
    }

    private static Tensor zeros(Port port) {
        long[] shape = port.shape();
        for (int d = 0; d < shape.length; d++) {
            shape[d] = shape[d] < 0 ? 1 : shape[d];
        }
        try {
            long elements = Tensor.elements(shape);
            if (port.type() == TensorType.BYTES) {
                String[] texts = new String[(int) elements];
                Arrays.fill(texts, "");
                return Tensor.of(shape, texts);
            }
            return Tensor.of(port.type(), shape, Tensor.direct(elements * port.type().bytes()));
        } catch (VitrineException e) {
            throw new VitrineException(
                    InferenceError.MODEL_INVALID,
                    "the input '" + port.name() + "' cannot be given: " + e.getMessage(),
                    e);
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // a parent says nothing; only the end of the stream matters
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(PARENT_IS_GONE);
        }
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }
}
