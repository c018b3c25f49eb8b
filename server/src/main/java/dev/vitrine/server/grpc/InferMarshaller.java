package dev.vitrine.server.grpc;

import io.grpc.MethodDescriptor;
import java.io.InputStream;

/** Reads requests to models; a server writes none. */
final class InferMarshaller implements MethodDescriptor.Marshaller<InferMessage> {
    private final int most;

    /**
     * @param most bytes that the elements of a request may take
     */
    InferMarshaller(int most) {
        this.most = most;
    }

    @Override
    public InputStream stream(InferMessage value) {
        throw new UnsupportedOperationException("a server sends no requests");
    }

    @Override
    public InferMessage parse(InputStream stream) {
        return InferReader.read(stream, most);
    }
}
