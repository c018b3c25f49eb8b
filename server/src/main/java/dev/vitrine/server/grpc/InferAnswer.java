package dev.vitrine.server.grpc;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.server.grpc.InferMessage.Form;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.protocol.RawElements;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code ModelInferResponse}, or one of a stream, as the bytes that go out. Outputs that are
 * small are written behind the fields that describe them; large ones stay where the model put them
 * until the network takes them piece by piece.
 */
final class InferAnswer extends InputStream implements Drainable, KnownLength {
    private static final int SMALL = 16 << 10;
    private static final int PIECE = 8 << 10;
    private static final int RAW_OUTPUT = 6;
    private static final int INFER_RESPONSE = 2;
    private static final int BOOL_PARAMETER = 1;
    private static final int TEXT_PARAMETER = 3;

    private final WireWriter head;
    private final List<ByteBuffer> rest = new ArrayList<>(0);
    private @Nullable InputStream unread;
    private int left;

    private InferAnswer(WireWriter head) {
        this.head = head;
    }

    /**
     * The answer to a request that was run.
     *
     * @param stream whether it is one of a stream
     */
    static InferAnswer of(
            InferMessage.Runnable request, InferencePort.Outcome outcome, boolean stream) {
        Map<String, Tensor> outputs = outcome.outputs();
        InferAnswer answer = new InferAnswer(new WireWriter(256));
        WireWriter out = answer.head;
        out.text(1, outcome.model());
        out.text(2, Long.toString(outcome.version()));
        out.text(3, request.id());
        if (stream && request.marksEnd()) {
            WireWriter yes = new WireWriter(4);
            yes.flag(BOOL_PARAMETER);
            parameter("triton_final_response", yes, out);
        }
        if (!outcome.servedBy().isEmpty()) {
            WireWriter who = new WireWriter(32);
            who.text(TEXT_PARAMETER, outcome.servedBy());
            parameter("served_by", who, out);
        }
        Form form = possible(request.form(), outputs);
        WireWriter one = new WireWriter(64);
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            one.clear();
            describe(output.getKey(), output.getValue(), one);
            if (form != Form.RAW) {
                TypedOutput.write(output.getValue(), one);
            }
            out.message(5, one);
        }
        if (form != Form.TYPED) {
            outputs.values().forEach(answer::raw);
        }
        answer.count();
        return stream ? answer.inStream() : answer;
    }

    /** The answer of a stream to a request that failed. */
    static InferAnswer failed(String model, String id, String reason) {
        WireWriter named = new WireWriter(64);
        named.text(1, model);
        named.text(3, id);
        WireWriter out = new WireWriter(128);
        out.text(1, reason.isEmpty() ? "refused" : reason);
        out.message(INFER_RESPONSE, named);
        InferAnswer answer = new InferAnswer(out);
        answer.count();
        return answer;
    }

    /** 16-bit floats have no typed list; one among the outputs makes all of them raw. */
    private static Form possible(Form wanted, Map<String, Tensor> outputs) {
        if (wanted != Form.RAW) {
            for (Tensor tensor : outputs.values()) {
                if (TypedContents.list(tensor.type()) == 0) {
                    return Form.RAW;
                }
            }
        }
        return wanted;
    }

    private static void parameter(String name, WireWriter value, WireWriter out) {
        WireWriter entry = new WireWriter(48);
        entry.text(1, name);
        entry.message(2, value);
        out.message(4, entry);
    }

    private static void describe(String name, Tensor tensor, WireWriter out) {
        out.text(1, name);
        out.text(2, tensor.type().name());
        int length = 0;
        for (int d = 0; d < tensor.dimensions(); d++) {
            length += WireWriter.varintSize(tensor.size(d));
        }
        if (length > 0) {
            out.begin(3, length);
            for (int d = 0; d < tensor.dimensions(); d++) {
                out.varint(tensor.size(d));
            }
        }
    }

    private void raw(Tensor tensor) {
        ByteBuffer data = data(tensor);
        WireWriter before = rest.isEmpty() ? head : new WireWriter(16);
        before.begin(RAW_OUTPUT, data.remaining());
        if (rest.isEmpty() && data.remaining() <= SMALL) {
            head.raw(data);
            return;
        }
        if (before != head) {
            rest.add(ByteBuffer.wrap(before.bytes(), 0, before.size()));
        }
        rest.add(data);
    }

    private static ByteBuffer data(Tensor tensor) {
        if (tensor.type() != TensorType.BYTES) {
            return tensor.data();
        }
        ByteArrayOutputStream texts = new ByteArrayOutputStream();
        RawElements.write(tensor, texts);
        return ByteBuffer.wrap(texts.toByteArray());
    }

    private void count() {
        left = head.size();
        for (ByteBuffer part : rest) {
            left += part.remaining();
        }
    }

    private InferAnswer inStream() {
        WireWriter outer = new WireWriter(head.size() + 16);
        outer.begin(INFER_RESPONSE, left);
        outer.raw(head.bytes(), head.size());
        InferAnswer wrapped = new InferAnswer(outer);
        wrapped.rest.addAll(rest);
        wrapped.count();
        return wrapped;
    }

    @Override
    public int drainTo(OutputStream out) throws IOException {
        if (unread != null) {
            return Math.toIntExact(unread.transferTo(out));
        }
        int all = left;
        out.write(head.bytes(), 0, head.size());
        byte[] piece = rest.isEmpty() ? new byte[0] : new byte[PIECE];
        for (ByteBuffer part : rest) {
            while (part.hasRemaining()) {
                int length = Math.min(piece.length, part.remaining());
                part.get(piece, 0, length);
                out.write(piece, 0, length);
            }
        }
        left = 0;
        return all;
    }

    @Override
    public int available() {
        return left;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** For transports that read; those on a network drain. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (unread == null) {
            ByteArrayOutputStream all = new ByteArrayOutputStream(left);
            int size = drainTo(all);
            left = size;
            unread = new ByteArrayInputStream(all.toByteArray());
        }
        int read = unread.read(target, offset, length);
        left -= Math.max(0, read);
        return read;
    }
}
