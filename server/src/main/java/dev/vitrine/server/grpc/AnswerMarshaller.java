package dev.vitrine.server.grpc;

import io.grpc.MethodDescriptor;
import java.io.InputStream;

/** Writes answers of models, which are their own bytes; a server reads none. */
final class AnswerMarshaller implements MethodDescriptor.Marshaller<InferAnswer> {
    static final AnswerMarshaller ONE = new AnswerMarshaller();

    private AnswerMarshaller() {}

    @Override
    public InputStream stream(InferAnswer value) {
        return value;
    }

    @Override
    public InferAnswer parse(InputStream stream) {
        throw new UnsupportedOperationException("a server reads no answers");
    }
}
