package dev.vitrine.benchmarks.inference;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A gRPC server that reads a request and answers with as many of its bytes as it is told, in the
 * network's thread. Takes {@code BYTES PORT}.
 */
public final class GrpcEcho {
    private static final String SERVICE = "inference.GRPCInferenceService";
    public static final String METHOD = SERVICE + "/ModelInfer";

    private GrpcEcho() {}

    public static void main(String[] args) throws Exception {
        server(Integer.parseInt(args[0]), Integer.parseInt(args[1])).start().awaitTermination();
    }

    /** One that is not started yet. */
    public static Server server(int bytes, int port) {
        MethodDescriptor<byte[], byte[]> method =
                MethodDescriptor.<byte[], byte[]>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(METHOD)
                        .setRequestMarshaller(new Bytes())
                        .setResponseMarshaller(new Bytes())
                        .build();
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .directExecutor()
                .addService(
                        ServerServiceDefinition.builder(SERVICE)
                                .addMethod(
                                        method,
                                        ServerCalls.asyncUnaryCall((request, answer) -> {
                                            int length = Math.min(bytes, request.length);
                                            answer.onNext(Arrays.copyOf(request, length));
                                            answer.onCompleted();
                                        }))
                                .build())
                .build();
    }

    /** Messages as they are. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
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
    }
}
