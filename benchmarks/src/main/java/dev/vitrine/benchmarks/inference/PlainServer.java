package dev.vitrine.benchmarks.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The plainest server of one model that there can be: the product's HTTP library, one handler, one
 * call of the runtime. It knows its model's shapes and does not even look at the JSON; it has no
 * queue, no batches, no limits, no errors and no figures. Or an echo, which reads the same request
 * and answers with as many of its bytes as it is told.
 *
 * <p>Takes {@code plain SUBJECT MODEL SUBJECT MODEL PORT}, of which the second model answers at its
 * own path and the first at any other, or {@code echo BYTES PORT}.
 */
public final class PlainServer {
    private static final HeaderName JSON_LENGTH =
            HeaderNames.create("Inference-Header-Content-Length");

    private PlainServer() {}

    public static void main(String[] args) throws Exception {
        Handler handler =
                args[0].equals("echo")
                        ? echo(Integer.parseInt(args[1]))
                        : either(
                                Subject.valueOf(args[3]),
                                plain(Subject.valueOf(args[1]), Path.of(args[2])),
                                plain(Subject.valueOf(args[3]), Path.of(args[4])));
        WebServer.builder()
                .address(InetAddress.getLoopbackAddress())
                .port(Integer.parseInt(args[args.length - 1]))
                .connectionOptions(options -> options.tcpNoDelay(true))
                .routing(routing -> routing.any(handler))
                .build()
                .start();
    }

    private static Handler echo(int bytes) {
        return (request, response) -> {
            byte[] body = request.content().as(byte[].class);
            response.send(bytes >= body.length ? body : Arrays.copyOf(body, bytes));
        };
    }

    private static Handler either(Subject second, Handler first, Handler other) {
        String path = "/v2/models/" + second.model() + "/infer";
        return (request, response) ->
                (request.path().rawPath().equals(path) ? other : first).handle(request, response);
    }

    private static Handler plain(Subject subject, Path model) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession session = BareRuntime.session(environment, model);
        Map<String, Tensor> shapes = subject.ring().getFirst();
        byte[] head = head(subject);
        return (request, response) -> answer(environment, session, shapes, head, request, response);
    }

    private static byte[] head(Subject subject) {
        String json =
                "{\"model_name\":\""
                        + subject.model()
                        + "\",\"model_version\":\"1\",\"outputs\":[{\"name\":\""
                        + subject.output()
                        + "\",\"datatype\":\"FP32\",\"shape\":"
                        + Arrays.toString(subject.outputShape()).replace(" ", "")
                        + ",\"parameters\":{\"binary_data_size\":"
                        + subject.outputBytes()
                        + "}}]}";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(
            OrtEnvironment environment,
            OrtSession session,
            Map<String, Tensor> shapes,
            byte[] head,
            ServerRequest request,
            ServerResponse response)
            throws OrtException {
        byte[] body = request.content().as(byte[].class);
        int next = request.headers().get(JSON_LENGTH).getInt();
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> input : shapes.entrySet()) {
            Tensor like = input.getValue();
            int bytes = like.data().remaining();
            ByteBuffer direct = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
            direct.put(body, next, bytes).flip();
            next += bytes;
            OnnxJavaType type =
                    like.type() == TensorType.FP32 ? OnnxJavaType.FLOAT : OnnxJavaType.INT64;
            inputs.put(
                    input.getKey(),
                    OnnxTensor.createTensor(environment, direct, like.shape(), type));
        }
        try (OrtSession.Result result = session.run(inputs)) {
            ByteBuffer output = ((OnnxTensor) result.get(0)).getByteBuffer();
            byte[] answer = Arrays.copyOf(head, head.length + output.remaining());
            output.get(answer, head.length, output.remaining());
            response.header(JSON_LENGTH, Integer.toString(head.length));
            response.send(answer);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
