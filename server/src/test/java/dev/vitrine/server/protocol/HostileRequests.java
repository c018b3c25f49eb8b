package dev.vitrine.server.protocol;

import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Bodies of {@code infer} and of {@code :predict} from a seed: sound ones, and what is left of them
 * after an attack.
 */
final class HostileRequests {
    private static final Base64.Encoder BASE64 = Base64.getEncoder();
    private static final int COLUMNS = 3;
    private static final List<String> TYPES =
            List.of(
                    "BOOL", "UINT8", "INT8", "INT16", "UINT16", "INT32", "UINT32", "INT64",
                    "UINT64", "FP16", "BF16", "FP32", "FP64", "BYTES");

    private static final List<String> VALUES =
            List.of(
                    "-1",
                    "0",
                    "1.5",
                    "-0.0",
                    "1e39",
                    "1e999",
                    "-1e-999",
                    "NaN",
                    "Infinity",
                    "2147483647",
                    "2147483648",
                    "4294967296",
                    "9223372036854775807",
                    "-9223372036854775808",
                    "18446744073709551616",
                    "9".repeat(399),
                    "9".repeat(401),
                    "null",
                    "true",
                    "\"\"",
                    "\"x\"",
                    "\"\\ud800\"",
                    "\"\\u0000\"",
                    "[]",
                    "{}",
                    "[2147483647,2147483647,4]",
                    "[1000000000]",
                    "[0,-1]",
                    "[1,1,1,1,1,1,1,1,1]",
                    "[".repeat(40) + "]".repeat(40),
                    "[".repeat(2000));

    private final Random random;

    HostileRequests(long seed) {
        this.random = new Random(seed);
    }

    /**
     * A body.
     *
     * @param json what is said of how many of its bytes are JSON
     */
    record Body(byte[] bytes, int json) {}

    /** Keeps to the protocol. */
    Body sound() {
        StringBuilder json =
                new StringBuilder("{\"id\":\"" + random.nextInt(9) + "\",\"inputs\":[");
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        int inputs = 1 + random.nextInt(3);
        for (int i = 0; i < inputs; i++) {
            json.append(i == 0 ? "" : ",").append(input("in" + i, raw));
        }
        json.append("],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]")
                .append(",\"parameters\":{\"binary_data_output\":false,\"other\":[1,{\"a\":2}]}}");
        byte[] head = json.toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        body.writeBytes(raw.toByteArray());
        return new Body(body.toByteArray(), head.length);
    }

    private String input(String name, ByteArrayOutputStream raw) {
        String type = TYPES.get(random.nextInt(TYPES.size()));
        int rows = random.nextInt(4);
        int columns = 1 + random.nextInt(5);
        int elements = rows * columns;
        boolean binary = random.nextBoolean() || type.endsWith("F16") || type.equals("FP16");
        String data = binary ? size(type, elements, raw) : array(type, rows, columns);
        String shape = "\"shape\":[" + rows + "," + columns + "]";
        String kind = "\"datatype\":\"" + type + "\"";
        return random.nextBoolean()
                ? "{\"name\":\"" + name + "\"," + shape + "," + kind + "," + data + "}"
                : "{" + data + "," + kind + ",\"name\":\"" + name + "\"," + shape + "}";
    }

    private String size(String type, int elements, ByteArrayOutputStream raw) {
        int before = raw.size();
        for (int i = 0; i < elements; i++) {
            if (type.equals("BYTES")) {
                byte[] text = text().getBytes(StandardCharsets.UTF_8);
                raw.writeBytes(new byte[] {(byte) text.length, 0, 0, 0});
                raw.writeBytes(text);
            } else {
                int bytes =
                        switch (type) {
                            case "BOOL", "UINT8", "INT8" -> 1;
                            case "INT16", "UINT16", "FP16", "BF16" -> 2;
                            case "INT32", "UINT32", "FP32" -> 4;
                            default -> 8;
                        };
                byte[] value = new byte[bytes];
                random.nextBytes(value);
                raw.writeBytes(value);
            }
        }
        return "\"parameters\":{\"binary_data_size\":" + (raw.size() - before) + "}";
    }

    private String array(String type, int rows, int columns) {
        StringBuilder data = new StringBuilder("\"data\":[");
        boolean nested = random.nextBoolean();
        for (int row = 0; row < rows; row++) {
            data.append(row == 0 ? "" : ",").append(nested ? "[" : "");
            for (int column = 0; column < columns; column++) {
                data.append(column == 0 ? "" : ",").append(value(type));
            }
            data.append(nested ? "]" : "");
        }
        return data.append("]").toString();
    }

    private String value(String type) {
        return switch (type) {
            case "BOOL" -> Boolean.toString(random.nextBoolean());
            case "BYTES" -> '"' + text() + '"';
            case "FP32", "FP64" -> Double.toString(random.nextInt(2000) / 8.0);
            default -> Integer.toString(random.nextInt(100));
        };
    }

    /** Keeps to TensorFlow Serving's protocol for a model of these inputs. */
    Body soundPredict(List<Port> inputs) {
        boolean rows = random.nextBoolean();
        int count = 1 + random.nextInt(4);
        // An object in place of the row of a lone text is that text in base 64.
        boolean lone = inputs.size() == 1;
        boolean text = rows && inputs.getFirst().type() == TensorType.BYTES;
        boolean named = !lone || !text && random.nextBoolean();
        StringBuilder json =
                new StringBuilder("{\"signature_name\":\"serving_default\",\"other\":[1,{}],")
                        .append(rows ? "\"instances\":[" : "\"inputs\":");
        for (int row = 0; row < (rows ? count : 1); row++) {
            json.append(row == 0 ? "" : ",").append(named ? "{" : "");
            for (int i = 0; i < inputs.size(); i++) {
                json.append(i == 0 ? "" : ",");
                if (named) {
                    json.append('"').append(inputs.get(i).name()).append("\":");
                }
                json.append(nested(inputs.get(i), rows ? 1 : 0, count));
            }
            json.append(named ? "}" : "");
        }
        byte[] body = json.append(rows ? "]}" : "}").toString().getBytes(StandardCharsets.UTF_8);
        return new Body(body, body.length);
    }

    private String nested(Port input, int dimension, int size) {
        if (dimension == input.dimensions().size()) {
            String value = value(input.type().name());
            return input.type() == TensorType.BYTES && random.nextBoolean()
                    ? "{\"b64\":\"" + BASE64.encodeToString(new byte[random.nextInt(5)]) + "\"}"
                    : value;
        }
        StringBuilder array = new StringBuilder("[");
        for (int i = 0; i < (dimension == 0 ? size : COLUMNS); i++) {
            array.append(i == 0 ? "" : ",").append(nested(input, dimension + 1, size));
        }
        return array.append("]").toString();
    }

    private String text() {
        return "k\u00e4se \ud83d\ude00".substring(random.nextInt(5));
    }

    /** A sound body after one to four changes, or bytes that mean nothing. */
    Body attacked() {
        return attacked(this::sound);
    }

    /** A body of another protocol, after as many. */
    Body attacked(Supplier<Body> sound) {
        if (random.nextInt(20) == 0) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            return new Body(noise, random.nextInt(320) - 10);
        }
        Body body = sound.get();
        for (int change = 1 + random.nextInt(4); change > 0; change--) {
            body = changed(body);
        }
        return body;
    }

    private Body changed(Body body) {
        byte[] bytes = body.bytes();
        if (bytes.length < 2) {
            return body;
        }
        int at = random.nextInt(bytes.length);
        int to = at + random.nextInt(Math.min(40, bytes.length - at));
        return switch (random.nextInt(7)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield new Body(flipped, body.json());
            }
            case 1 -> {
                byte[] other = bytes.clone();
                other[at] = (byte) random.nextInt(256);
                yield new Body(other, body.json());
            }
            case 2 -> spliced(body, at, bytes.length, new byte[0]);
            case 3 -> spliced(body, at, at, java.util.Arrays.copyOfRange(bytes, at, to));
            case 4 -> spliced(body, at, to, new byte[0]);
            case 5 -> new Body(bytes, body.json() + random.nextInt(9) - 4);
            default -> valueReplaced(body);
        };
    }

    /** Puts a hostile value where one stood, after a colon, a comma or a bracket. */
    private Body valueReplaced(Body body) {
        byte[] bytes = body.bytes();
        int end = Math.clamp(body.json(), 0, bytes.length);
        int start = random.nextInt(end + 1);
        while (start < end && ":[,".indexOf(bytes[start]) < 0) {
            start++;
        }
        int stop = Math.min(start + 1, end);
        while (stop < end && ",]}".indexOf(bytes[stop]) < 0) {
            stop++;
        }
        byte[] value = VALUES.get(random.nextInt(VALUES.size())).getBytes(StandardCharsets.UTF_8);
        return spliced(body, Math.min(start + 1, stop), stop, value);
    }

    /** The JSON's length follows a change in it, so that what lies behind is still found. */
    private static Body spliced(Body body, int from, int to, byte[] instead) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(body.bytes(), 0, from);
        out.writeBytes(instead);
        out.write(body.bytes(), to, body.bytes().length - to);
        int json = from < body.json() ? body.json() + instead.length - (to - from) : body.json();
        return new Body(out.toByteArray(), json);
    }
}
