package dev.vitrine.server.protocol;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Requests to a model in a file: bodies of {@code infer} in JSON, one a line. */
public final class RequestLines {
    /** Such a file may have so many lines, and so many bytes. */
    public static final int MOST_LINES = 1_000;

    public static final long MOST_BYTES = 64L << 20;

    private RequestLines() {}

    /**
     * The inputs of each request.
     *
     * @throws VitrineException PROTOCOL_INVALID and others of {@link InferCodec#read}, naming the
     *     line
     */
    public static List<Map<String, Tensor>> read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw invalid(file, "it has more than " + (MOST_BYTES >> 20) + " MiB");
        }
        List<Map<String, Tensor>> requests = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                if (requests.size() == MOST_LINES) {
                    throw invalid(file, "it has more than " + MOST_LINES + " requests");
                }
                byte[] body = line.getBytes(StandardCharsets.UTF_8);
                try {
                    requests.add(InferCodec.read(body, body.length).inputs());
                } catch (VitrineException e) {
                    throw new VitrineException(
                            e.code(),
                            file.getFileName() + ", line " + number + ": " + e.getMessage(),
                            e);
                }
            }
        }
        return requests;
    }

    /**
     * A request as a line of such a file, with its end.
     *
     * @throws VitrineException when it would not be read again, as JSON has no such numbers
     */
    public static byte[] line(Map<String, Tensor> inputs) {
        byte[] body = InferCodec.writeInputs(inputs);
        InferCodec.read(body, body.length);
        byte[] line = Arrays.copyOf(body, body.length + 1);
        line[body.length] = '\n';
        return line;
    }

    private static VitrineException invalid(Path file, String why) {
        return new VitrineException(
                InferenceError.PROTOCOL_INVALID, file.getFileName() + ": " + why);
    }
}
