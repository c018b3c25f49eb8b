package dev.vitrine.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.vitrine.server.grpc.wire.InferTensorContents;
import dev.vitrine.server.grpc.wire.ModelInferRequest;
import dev.vitrine.server.grpc.wire.ServerLiveRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that nobody means well with: an answer that says what, and a server that lives. */
class HostileGrpcTest {
    private static final TestGrpc GRPC = TestGrpc.local();
    private static final MethodDescriptor.Marshaller<byte[]> BYTES =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] value) {
                    return new ByteArrayInputStream(value);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };

    @AfterAll
    static void stop() {
        GRPC.close();
    }

    @AfterEach
    void theServerLives() {
        assertThat(GRPC.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        GRPC.stub().modelInfer(TestGrpc.raw("echo", 1, 2).build());
    }

    private static Status sent(byte[] message) {
        return sent(message, CallOptions.DEFAULT);
    }

    private static Status sent(byte[] message, CallOptions options) {
        MethodDescriptor<byte[], byte[]> infer =
                MethodDescriptor.newBuilder(BYTES, BYTES)
                        .setFullMethodName("inference.GRPCInferenceService/ModelInfer")
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .build();
        return TestGrpc.refused(
                () -> ClientCalls.blockingUnaryCall(GRPC.channel, infer, options, message));
    }

    private static void invalid(ModelInferRequest.Builder request, String why) {
        Status status = sent(request.build().toByteArray());
        assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains(why);
    }

    @Test
    void messagesThatEndEarly() {
        byte[] whole = TestGrpc.raw("echo", 1, 2).build().toByteArray();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            Status status = sent(cut);
            assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).isNotBlank();
        }
    }

    @Test
    void lengthsThatLie() throws IOException {
        for (long length : new long[] {100, 1 << 30, Integer.MAX_VALUE, -1, Long.MIN_VALUE}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeString(1, "echo");
            out.writeTag(7, 2);
            out.writeUInt64NoTag(length);
            out.flush();
            Status status = sent(bytes.toByteArray());
            assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(status.getDescription()).contains(length + " bytes");
        }
        Status group = sent(new byte[] {(byte) (9 << 3 | 3)});
        assertThat(group.getDescription()).contains("in no known way");
        Status endless = sent(new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
        assertThat(endless.getDescription()).contains("longer than ten bytes");
    }

    @Test
    void shapesThatCannotBe() {
        ByteString bytes = TestGrpc.bytes(1, 2);
        invalid(shaped(bytes, 1L << 40), "impossible dimension");
        invalid(shaped(bytes, 1 << 20, 1 << 20, 1 << 24), "too many elements");
        invalid(shaped(bytes, 1L << 62, 4), "impossible dimension");
        invalid(shaped(bytes, -2), "impossible dimension");
        invalid(shaped(bytes, 1, 1, 1, 1, 1, 1, 1, 1, 2), "at most 8 dimensions");
        invalid(shaped(bytes, 3), "needs 12 bytes, found 8");
    }

    private static ModelInferRequest.Builder shaped(ByteString bytes, long... shape) {
        return ModelInferRequest.newBuilder()
                .setModelName("echo")
                .addInputs(TestGrpc.input("x", "FP32", shape))
                .addRawInputContents(bytes);
    }

    @Test
    void inputsThatDoNotGoTogether() {
        invalid(ModelInferRequest.newBuilder(), "'model_name' is missing");
        invalid(ModelInferRequest.newBuilder().setModelName("echo"), "'inputs' is missing");
        invalid(
                TestGrpc.raw("echo", 1, 2).addRawInputContents(ByteString.EMPTY),
                "raw_input_contents has 2 elements for 1 inputs");
        invalid(
                TestGrpc.raw("echo", 1, 2)
                        .addInputs(TestGrpc.input("x", "FP32", 1, 2))
                        .addRawInputContents(TestGrpc.bytes(1, 2)),
                "input 'x' is given twice");
        invalid(
                TestGrpc.raw("echo", 1, 2)
                        .setInputs(
                                0,
                                TestGrpc.input("x", "FP32", 1, 2)
                                        .setContents(
                                                InferTensorContents.newBuilder()
                                                        .addFp32Contents(1))),
                "contents beside raw_input_contents");
        invalid(
                typed("INT8", InferTensorContents.newBuilder().addIntContents(300)),
                "is INT8; 300 is none");
        invalid(
                typed("FP32", InferTensorContents.newBuilder().addIntContents(3)),
                "belong into fp32_contents; found int_contents");
        invalid(typed("FP16", InferTensorContents.newBuilder()), "which only raw_input_contents");
        invalid(
                typed(
                        "INT64",
                        InferTensorContents.newBuilder().addInt64Contents(1).addInt64Contents(2)),
                "needs 1 elements, contents has 2");
        invalid(
                typed(
                        "INT64",
                        InferTensorContents.newBuilder().addInt64Contents(1).addIntContents(2)),
                "contents has both");
        invalid(typed("COMPLEX", InferTensorContents.newBuilder()), "no datatype 'COMPLEX'");
        ModelInferRequest.Builder many = ModelInferRequest.newBuilder().setModelName("echo");
        for (int i = 0; i < 300; i++) {
            many.addInputs(TestGrpc.input("x" + i, "FP32", 0));
        }
        invalid(many, "more than 256");
        invalid(
                TestGrpc.raw("echo", 1, 2).setModelVersion("v".repeat(2_000)),
                "more than 1000 characters");
    }

    private static ModelInferRequest.Builder typed(
            String type, InferTensorContents.Builder contents) {
        return ModelInferRequest.newBuilder()
                .setModelName("echo")
                .addInputs(TestGrpc.input("x", type, 1).setContents(contents));
    }

    /** Small on the wire: a byte for a number, two for a text. */
    @Test
    void whatGrowsInMemoryIsBounded() {
        InferTensorContents.Builder numbers = InferTensorContents.newBuilder();
        for (int i = 0; i < 900_000; i++) {
            numbers.addInt64Contents(0);
        }
        Status status = sent(typed("INT64", numbers).build().toByteArray());
        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(status.getDescription()).contains("more than 1048576 bytes");
        ByteString zeros = ByteString.copyFrom(new byte[2_000_000]);
        Status zipped =
                sent(
                        ModelInferRequest.newBuilder()
                                .setModelName("echo")
                                .addInputs(TestGrpc.input("x", "UINT8", 2_000_000))
                                .addRawInputContents(zeros)
                                .build()
                                .toByteArray(),
                        CallOptions.DEFAULT.withCompression("gzip"));
        assertThat(zipped.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void messagesBeyondTheBound() {
        Status status = sent(new byte[65 << 20]);
        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(status.getDescription()).contains("1048576");
    }

    /** A shape that fits nothing comes deep inside of what is unknown; nothing follows it down. */
    @Test
    void nestingWithoutEnd() {
        byte[] inner = {};
        for (int depth = 0; depth < 2_000; depth++) {
            ByteString.Output out = ByteString.newOutput();
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            try {
                coded.writeByteArray(15, inner);
                coded.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            inner = out.toByteString().toByteArray();
        }
        assertThat(sent(inner).getDescription()).contains("'model_name' is missing");
    }

    @Test
    void noiseInsteadOfTheProtocol() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", GRPC.server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.getInputStream().readAllBytes();
        }
    }

    @Test
    void moreConnectionsThanThereIsRoomFor() throws IOException {
        List<Socket> open = new ArrayList<>();
        int closed = 0;
        try {
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket("127.0.0.1", GRPC.server.port());
                socket.setSoTimeout(200);
                open.add(socket);
            }
            for (Socket socket : open) {
                closed += isClosed(socket) ? 1 : 0;
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        assertThat(closed).isGreaterThanOrEqualTo(12);
    }

    private static boolean isClosed(Socket socket) {
        try {
            byte[] settings = new byte[256];
            int read = socket.getInputStream().read(settings);
            return read < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
