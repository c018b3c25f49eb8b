package dev.vitrine.server.grpc;

import com.google.protobuf.ByteString;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.audit.KeptTrail;
import dev.vitrine.server.grpc.wire.GRPCInferenceServiceGrpc;
import dev.vitrine.server.grpc.wire.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.vitrine.server.grpc.wire.ModelInferRequest;
import dev.vitrine.server.http.BodyRoom;
import dev.vitrine.server.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.InstantSource;

/** A gRPC server on a free port around models in memory, and a channel to it. */
final class TestGrpc implements AutoCloseable {
    final EchoModels models = new EchoModels();
    final Telemetry telemetry = new Telemetry(InstantSource.system());
    final KeptTrail audit = new KeptTrail();
    final BodyRoom bodies = new BodyRoom(new DataSize(3 << 19));
    final GrpcServer server;
    final ManagedChannel channel;

    TestGrpc(AccessSettings access) {
        server =
                GrpcServer.start(
                                "127.0.0.1",
                                new GrpcPort.Fixed(0),
                                0,
                                settings(),
                                access,
                                telemetry,
                                audit,
                                bodies,
                                models)
                        .orElseThrow();
        channel =
                NettyChannelBuilder.forAddress("localhost", server.port())
                        .usePlaintext()
                        .maxInboundMessageSize(128 << 20)
                        .build();
    }

    static TestGrpc local() {
        return new TestGrpc(AccessSettings.local());
    }

    /** Bounds small enough to hit. */
    static GrpcSettings settings() {
        return new GrpcSettings(
                8,
                32,
                16,
                DataSize.ofMebibytes(1),
                new DataSize(8 << 10),
                Duration.ofSeconds(2),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2));
    }

    GRPCInferenceServiceBlockingStub stub() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    GRPCInferenceServiceBlockingStub stub(String header, String value) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
        return stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** A request of two floats, raw. */
    static ModelInferRequest.Builder raw(String model, float... values) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .setId("q-7")
                .addInputs(input("x", "FP32", values.length / 2, 2))
                .addRawInputContents(bytes(values));
    }

    static ModelInferRequest.InferInputTensor.Builder input(
            String name, String type, long... shape) {
        ModelInferRequest.InferInputTensor.Builder input =
                ModelInferRequest.InferInputTensor.newBuilder().setName(name).setDatatype(type);
        for (long size : shape) {
            input.addShape(size);
        }
        return input;
    }

    static ByteString bytes(float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return ByteString.copyFrom(bytes);
    }

    /** What a call is refused with. */
    static Status refused(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
        throw new AssertionError("the call was answered");
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
        telemetry.close();
    }
}
