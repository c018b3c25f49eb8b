package dev.vitrine.server.grpc;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Says of methods that other servers have and this one has not, why it has not. */
final class UnknownMethods extends HandlerRegistry {
    private static final String SERVICE = "inference.GRPCInferenceService/";
    private static final MethodDescriptor.Marshaller<InputStream> UNREAD =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(InputStream value) {
                    return value;
                }

                @Override
                public InputStream parse(InputStream stream) {
                    return stream;
                }
            };

    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
            String method, @Nullable String authority) {
        if (!method.startsWith(SERVICE)) {
            return null;
        }
        MethodDescriptor<InputStream, InputStream> descriptor =
                MethodDescriptor.newBuilder(UNREAD, UNREAD)
                        .setFullMethodName(method)
                        .setType(MethodDescriptor.MethodType.UNKNOWN)
                        .build();
        return ServerMethodDefinition.create(descriptor, refusing(reason(method)));
    }

    private static ServerCallHandler<InputStream, InputStream> refusing(String reason) {
        return (call, headers) -> {
            call.close(Status.UNIMPLEMENTED.withDescription(reason), new Metadata());
            return new ServerCall.Listener<>() {};
        };
    }

    private static String reason(String method) {
        String name = method.substring(SERVICE.length());
        if (name.contains("SharedMemory")) {
            return name
                    + ": memory is not shared with callers; send tensors in the request and take"
                    + " them from the answer";
        }
        if (name.equals("TraceSetting") || name.equals("LogSettings")) {
            return name + ": traces and logs are not set over the network";
        }
        return name.substring(0, Math.min(60, name.length())) + " is no method of this server";
    }
}
