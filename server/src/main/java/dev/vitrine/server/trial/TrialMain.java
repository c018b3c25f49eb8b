package dev.vitrine.server.trial;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.platform.MemoryLimit;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.protocol.RequestLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The main class of the process that tries a model: bytes it may take, the model, perhaps its
 * warm-up requests. Its last line is the verdict. Ends when its parent does, whose end closes the
 * standard input.
 */
final class TrialMain {
    private static final int REFUSED = 1;
    private static final int PARENT_IS_GONE = 3;

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

    private static void run(Path model, String[] warmup) throws IOException {
        try (OnnxSession session = OnnxSession.open(model, SessionSettings.DEFAULT)) {
            for (String file : warmup) {
                for (Map<String, Tensor> request : RequestLines.read(Path.of(file))) {
                    session.run(request);
                }
            }
            if (warmup.length == 0) {
                runOnZeros(session);
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
