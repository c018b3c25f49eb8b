package dev.vitrine.retrieval.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file of named tensors in the format of safetensors: the length of a header (8 bytes,
 * little-endian), the header in JSON, the numbers. A file is looked through before a number is
 * read: the tensors have to fill it without a gap and without overlap, each with as many bytes as
 * its shape needs.
 */
public final class Safetensors implements AutoCloseable {
    /** Of a header; one of a thousand tensors has about 100 KB. */
    static final int LONGEST_HEADER = 4 << 20;

    private static final int LENGTH = 8;
    private static final int MOST_DIMENSIONS = 8;
    private static final int PIECE = 1 << 20;
    private static final String ABOUT = "__metadata__";
    private static final Map<String, Integer> TYPES =
            Map.ofEntries(
                    Map.entry("F64", 8),
                    Map.entry("F32", 4),
                    Map.entry("F16", 2),
                    Map.entry("BF16", 2),
                    Map.entry("I64", 8),
                    Map.entry("I32", 4),
                    Map.entry("I16", 2),
                    Map.entry("I8", 1),
                    Map.entry("U64", 8),
                    Map.entry("U32", 4),
                    Map.entry("U16", 2),
                    Map.entry("U8", 1),
                    Map.entry("BOOL", 1));

    private final String name;
    private final FileChannel channel;
    private final Map<String, Entry> entries;

    /** Where a tensor lies, from the start of the file. */
    private record Entry(String type, long[] shape, long from, long to) {
        long elements() {
            return (to - from) / TYPES.getOrDefault(type, 1);
        }
    }

    private Safetensors(String name, FileChannel channel, Map<String, Entry> entries) {
        this.name = name;
        this.channel = channel;
        this.entries = entries;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws VitrineException MODEL_INVALID, saying what is wrong with it
     */
    public static Safetensors open(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return new Safetensors(name, channel, entries(name, channel));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new VitrineException(
                    RetrievalError.STORE_FAILED, "cannot read " + file + ": " + e, e);
        }
    }

    private static Map<String, Entry> entries(String name, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < LENGTH) {
            throw invalid(name, "it has " + size + " bytes, and its header's length needs 8");
        }
        long header = read(channel, 0, LENGTH).getLong();
        if (header < 2 || header > Math.min(LONGEST_HEADER, size - LENGTH)) {
            throw invalid(
                    name,
                    "its header is to have "
                            + Long.toUnsignedString(header)
                            + " bytes; a file of "
                            + size
                            + " bytes may have one of 2 to "
                            + Math.min(LONGEST_HEADER, size - LENGTH));
        }
        JsonNode json =
                JsonFiles.object(
                        read(channel, LENGTH, (int) header).array(), "the header of " + name);
        Map<String, Entry> entries = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : json.properties()) {
            if (!each.getKey().equals(ABOUT)) {
                entries.put(each.getKey(), entry(name, each.getKey(), each.getValue()));
            }
        }
        long base = LENGTH + header;
        entries.replaceAll((tensor, entry) ->
                new Entry(entry.type, entry.shape, base + entry.from, base + entry.to));
        requireFilled(name, entries, base, size);
        return entries;
    }

    private static Entry entry(String file, String tensor, JsonNode node) {
        String type = node.path("dtype").asString("");
        Integer bytes = TYPES.get(type);
        if (bytes == null) {
            throw invalid(file, shown(tensor) + " has the unknown type '" + shown(type) + "'");
        }
        JsonNode sizes = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        if (!sizes.isArray() || sizes.size() > MOST_DIMENSIONS || offsets.size() != 2) {
            throw invalid(file, shown(tensor) + " needs a shape and two data_offsets");
        }
        long[] shape = new long[sizes.size()];
        long needed = bytes;
        for (int d = 0; d < shape.length; d++) {
            shape[d] = number(file, tensor, sizes.get(d));
            needed = times(needed, shape[d]);
        }
        long from = number(file, tensor, offsets.get(0));
        long to = number(file, tensor, offsets.get(1));
        if (needed < 0 || to - from != needed) {
            throw invalid(
                    file,
                    shown(tensor)
                            + " is "
                            + type
                            + " of shape "
                            + Arrays.toString(shape)
                            + " and lies from "
                            + from
                            + " to "
                            + to);
        }
        return new Entry(type, shape, from, to);
    }

    /** Negative where the product is more than a file can have. */
    private static long times(long one, long other) {
        return one < 0 || Math.multiplyHigh(one, other) != 0 || one * other < 0 ? -1 : one * other;
    }

    private static long number(String file, String tensor, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw invalid(file, shown(tensor) + " has a size or offset that is no number: " + node);
        }
        return node.longValue();
    }

    private static void requireFilled(
            String name, Map<String, Entry> entries, long base, long size) {
        List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(entries.entrySet());
        inOrder.sort(
                Comparator.comparingLong((Map.Entry<String, Entry> each) -> each.getValue().from)
                        .thenComparingLong(each -> each.getValue().to));
        long end = base;
        for (Map.Entry<String, Entry> each : inOrder) {
            if (each.getValue().from != end) {
                throw invalid(
                        name,
                        shown(each.getKey())
                                + " begins at "
                                + (each.getValue().from - base)
                                + " where the tensor before it ends at "
                                + (end - base));
            }
            end = each.getValue().to;
        }
        if (end != size) {
            throw invalid(
                    name, "its tensors end at byte " + end + ", and it has " + size + " bytes");
        }
    }

    public Set<String> names() {
        return entries.keySet();
    }

    /** The shape of a tensor; empty where there is none of the name. */
    public Optional<long[]> shape(String tensor) {
        return Optional.ofNullable(entries.get(tensor)).map(entry -> entry.shape.clone());
    }

    /**
     * The numbers of a tensor, row by row, as 32-bit floats.
     *
     * @throws VitrineException MODEL_INVALID when there is no such tensor of floating-point
     *     numbers, it has another shape, or one of them is not finite
     */
    public float[] floats(String tensor, long... shape) {
        Entry entry = entries.get(tensor);
        if (entry == null) {
            throw unsuitable("it has no tensor " + tensor);
        }
        if (!Arrays.equals(entry.shape, shape)) {
            throw unsuitable(
                    tensor
                            + " has the shape "
                            + Arrays.toString(entry.shape)
                            + ", expected "
                            + Arrays.toString(shape));
        }
        if (entry.elements() > Integer.MAX_VALUE - 8) {
            throw unsuitable(tensor + " has " + entry.elements() + " numbers, too many");
        }
        float[] values = new float[(int) entry.elements()];
        try {
            fill(values, entry, tensor);
        } catch (IOException e) {
            throw new VitrineException(
                    RetrievalError.STORE_FAILED, "cannot read " + name + ": " + e, e);
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw unsuitable(tensor + " holds " + values[i] + " at " + i);
            }
        }
        return values;
    }

    private void fill(float[] values, Entry entry, String tensor) throws IOException {
        int bytes = (int) ((entry.to - entry.from) / Math.max(1, values.length));
        for (int at = 0; at < values.length; ) {
            int count = Math.min(PIECE, values.length - at);
            ByteBuffer piece = read(channel, entry.from + (long) at * bytes, count * bytes);
            for (int i = 0; i < count; i++, at++) {
                values[at] =
                        switch (entry.type) {
                            case "F32" -> piece.getFloat();
                            case "F16" -> Float.float16ToFloat(piece.getShort());
                            case "BF16" -> Float.intBitsToFloat(piece.getShort() << 16);
                            case "F64" -> (float) piece.getDouble();
                            default ->
                                    throw unsuitable(
                                            tensor
                                                    + " is "
                                                    + entry.type
                                                    + ", expected F32, F16, BF16 or F64");
                        };
            }
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new EOFException("it became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    /**
     * A tensor to be written.
     *
     * @param values row by row
     */
    public record Values(float[] values, long... shape) {
        public Values {
            long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            if (elements != values.length) {
                throw new IllegalArgumentException(
                        values.length + " numbers of shape " + Arrays.toString(shape));
            }
        }
    }

    /** Writes tensors as 32-bit floats, in the order of their names. */
    public static void write(Path file, Map<String, Values> tensors) throws IOException {
        Map<String, Values> sorted = new TreeMap<>(tensors);
        byte[] header = header(sorted);
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer start =
                    ByteBuffer.allocate(LENGTH + header.length).order(ByteOrder.LITTLE_ENDIAN);
            write(out, start.putLong(header.length).put(header).flip());
            ByteBuffer piece =
                    ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (Values tensor : sorted.values()) {
                for (int at = 0; at < tensor.values.length; at += PIECE) {
                    int count = Math.min(PIECE, tensor.values.length - at);
                    piece.clear().asFloatBuffer().put(tensor.values, at, count);
                    write(out, piece.limit(count * Float.BYTES));
                }
            }
        }
    }

    /** Filled up with spaces, so that the numbers begin at a multiple of 8. */
    private static byte[] header(Map<String, Values> tensors) {
        ObjectNode json = JsonFiles.JSON.createObjectNode();
        json.putObject(ABOUT).put("format", "pt");
        long from = 0;
        for (Map.Entry<String, Values> each : tensors.entrySet()) {
            ObjectNode one = json.putObject(each.getKey()).put("dtype", "F32");
            long to = from + Float.BYTES * (long) each.getValue().values.length;
            Arrays.stream(each.getValue().shape).forEach(one.putArray("shape")::add);
            one.putArray("data_offsets").add(from).add(to);
            from = to;
        }
        byte[] bytes = JsonFiles.JSON.writeValueAsBytes(json);
        byte[] filled = Arrays.copyOf(bytes, (bytes.length + LENGTH - 1) / LENGTH * LENGTH);
        Arrays.fill(filled, bytes.length, filled.length, (byte) ' ');
        return filled;
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }

    private static VitrineException invalid(String file, String why) {
        return new VitrineException(
                RetrievalError.MODEL_INVALID, file + " is no safetensors file: " + why);
    }

    private VitrineException unsuitable(String why) {
        return new VitrineException(RetrievalError.MODEL_INVALID, name + ": " + why);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new VitrineException(
                    RetrievalError.STORE_FAILED, "cannot close " + name + ": " + e, e);
        }
    }
}
