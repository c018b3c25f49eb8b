package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.load.Generator;
import dev.vitrine.benchmarks.load.GrpcWire;
import dev.vitrine.benchmarks.load.HttpWire;
import dev.vitrine.benchmarks.process.JavaProcess;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.server.grpc.wire.ModelInferResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The product and its peers with one model, each a process of its own on the server's cores, all
 * there from the beginning and idle while another is measured.
 */
final class Contenders implements AutoCloseable {
    private final Subject subject;
    private final Path folder;
    private final Limits limits;
    private final JavaProcess bare;
    private final BufferedReader bareAnswers;
    private final JavaProcess plain;
    private final JavaProcess echo;
    private final JavaProcess grpcEcho;
    private final Served ours;
    private final Served easy;
    private final InetSocketAddress plainAt;
    private final InetSocketAddress echoAt;
    private final InetSocketAddress grpcEchoAt;

    private Contenders(
            Subject subject, Path folder, Path model, Path easyModel, Served ours, Limits limits)
            throws IOException, InterruptedException {
        this.subject = subject;
        this.folder = folder;
        this.limits = limits;
        this.ours = ours;
        this.easy = ours.with(Subject.ENCODER_0, easyModel);
        this.bare =
                JavaProcess.startTalking(
                        BareMain.class,
                        limits,
                        folder.resolve("bare.log"),
                        List.of(subject.name(), model.toString()));
        this.bareAnswers =
                new BufferedReader(new InputStreamReader(bare.output(), StandardCharsets.UTF_8));
        this.plainAt = free();
        this.echoAt = free();
        this.grpcEchoAt = free();
        String answer = Integer.toString(subject.answerBytes());
        this.plain =
                peer(
                        PlainServer.class,
                        plainAt,
                        "plain",
                        subject.name(),
                        model.toString(),
                        Subject.ENCODER_0.name(),
                        easyModel.toString());
        this.echo = peer(PlainServer.class, echoAt, "echo", answer);
        this.grpcEcho = peer(GrpcEcho.class, grpcEchoAt, answer);
    }

    /** Starts all and waits until they answer rightly. */
    static Contenders start(Subject subject, Path work, Limits limits)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(work, subject.model());
        Path model = folder.resolve(subject.model() + ".onnx");
        subject.graph().save(model);
        Path easyModel = folder.resolve(Subject.ENCODER_0.model() + ".onnx");
        Subject.ENCODER_0.graph().save(easyModel);
        Served ours = Served.start(subject, model, folder, limits);
        Contenders contenders = new Contenders(subject, folder, model, easyModel, ours, limits);
        try {
            await(contenders.plain, contenders.plainAt);
            await(contenders.echo, contenders.echoAt);
            await(contenders.grpcEcho, contenders.grpcEchoAt);
            contenders.compareAnswers();
            return contenders;
        } catch (IOException | InterruptedException | RuntimeException e) {
            contenders.close();
            throw e;
        }
    }

    private static InetSocketAddress free() throws IOException {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), JavaProcess.freePort());
    }

    private JavaProcess peer(Class<?> main, InetSocketAddress address, String... arguments)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(Integer.toString(address.getPort()));
        return JavaProcess.start(
                main, limits, folder.resolve("peer-" + address.getPort() + ".log"), all);
    }

    private static void await(JavaProcess process, InetSocketAddress address)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + Served.MOST_TO_READY.toNanos();
        while (true) {
            process.requireAlive();
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return;
            } catch (IOException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    /** What is measured is of use only when all compute the same. */
    private void compareAnswers() throws IOException {
        HttpWire http = ours.http(Duration.ZERO).keepingBodies();
        GrpcWire grpc = ours.grpc(Duration.ZERO).keepingBodies();
        for (int number = 0; number < 3; number++) {
            byte[] plainly = output(Generator.ask(plainAt, http, number));
            byte[] overHttp = output(Generator.ask(ours.httpAt(), http, number));
            byte[] overGrpc =
                    ModelInferResponse.parseFrom(Generator.ask(ours.grpcAt(), grpc, number))
                            .getRawOutputContents(0)
                            .toByteArray();
            if (!Arrays.equals(plainly, overHttp) || !Arrays.equals(plainly, overGrpc)) {
                throw new IllegalStateException("two servers answer differently");
            }
        }
    }

    /** The output lies behind the JSON of an answer. */
    private byte[] output(byte[] answer) {
        return Arrays.copyOfRange(
                answer, Math.max(0, answer.length - subject.outputBytes()), answer.length);
    }

    /** Runs the model in process. */
    BareRuntime.Ran bare(int threads, double seconds) throws IOException {
        OutputStream in = bare.input();
        in.write(
                String.format(Locale.ROOT, "%d %f%n", threads, seconds)
                        .getBytes(StandardCharsets.UTF_8));
        in.flush();
        String answer = bareAnswers.readLine();
        if (answer == null) {
            bare.requireAlive();
            throw new IOException("the bare runtime gave no figures" + bare.lastWords());
        }
        String[] figures = answer.split(" ");
        return new BareRuntime.Ran(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]));
    }

    Served ours() {
        return ours;
    }

    JavaProcess plainProcess() {
        return plain;
    }

    JavaProcess bareProcess() {
        return bare;
    }

    /** Connections to the plain server, from callers with this timeout; zero for none. */
    Generator plain(int connections, Duration timeout) throws IOException {
        return new Generator(plainAt, ours.http(timeout), connections, Served.LOAD_THREADS);
    }

    /** The product, asked for a model that costs next to nothing. */
    Served easy() {
        return easy;
    }

    /** Connections to the plain server that ask for the model that costs next to nothing. */
    Generator plainEasy(int connections) throws IOException {
        return new Generator(plainAt, easy.http(Duration.ZERO), connections, Served.LOAD_THREADS);
    }

    /** Connections to the echo. */
    Generator echo(int connections) throws IOException {
        return new Generator(echoAt, ours.http(Duration.ZERO), connections, Served.LOAD_THREADS);
    }

    /** Connections to the echo of gRPC. */
    Generator grpcEcho(int connections) throws IOException {
        return new Generator(
                grpcEchoAt, ours.grpc(Duration.ZERO), connections, Served.LOAD_THREADS);
    }

    @Override
    public void close() {
        ours.close();
        bare.close();
        plain.close();
        echo.close();
        grpcEcho.close();
    }
}
