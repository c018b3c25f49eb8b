package dev.vitrine.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.AccessControl;
import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.grpc.wire.ModelInferRequest;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refusing under too much load writes no line and takes no stack trace. */
class RefusalTest {
    private static final TestGrpc GRPC = TestGrpc.local();

    private final Kept kept = new Kept();

    /** What is logged by gRPC and by what is built on it. */
    private static final class Kept extends Handler {
        final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            String logger = String.valueOf(line.getLoggerName());
            if (logger.startsWith("io.grpc.") || logger.startsWith("dev.vitrine.server.grpc.")) {
                lines.add(logger + ": " + line.getMessage() + " " + line.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(kept);
    }

    @AfterEach
    void listenNoMore() {
        Logger.getLogger("").removeHandler(kept);
    }

    @AfterAll
    static void stop() {
        GRPC.close();
    }

    @Test
    void messagesWithoutRoomAreToldToTheCallerAndNotToTheLog() {
        ModelInferRequest large = TestGrpc.raw("echo", new float[200_000]).build();
        long held = GRPC.bodies.hold(0, 1_400_000);
        try {
            unavailable(TestGrpc.refused(() -> GRPC.stub().modelInfer(large)));
            unavailable(
                    TestGrpc.refused(() -> GRPC.stub().withCompression("gzip").modelInfer(large)));
        } finally {
            GRPC.bodies.give(held);
        }
        assertThat(kept.lines).isEmpty();
        assertThat(GRPC.telemetry.scrape()).contains("vitrine_grpc_messages_refused_total 2.0");
        GRPC.stub().modelInfer(large);
    }

    private static void unavailable(Status status) {
        assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).contains("try again soon");
    }

    @Test
    void messagesBeyondTheBoundAreNotLoggedEither() {
        long before = cancelled();
        ModelInferRequest beyond = TestGrpc.raw("echo", new float[400_000]).build();
        Status status = TestGrpc.refused(() -> GRPC.stub().modelInfer(beyond));
        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(kept.lines).isEmpty();
        assertThat(cancelled()).isEqualTo(before + 1);
    }

    private static long cancelled() {
        Timer timer =
                GRPC.telemetry
                        .registry()
                        .find("vitrine.grpc.request")
                        .tags("method", "ModelInfer", "status", "CANCELLED")
                        .timer();
        return timer == null ? 0 : timer.count();
    }

    @Test
    void whatFailsForAnotherReasonIsLogged() {
        LogRecord line = new LogRecord(Level.WARNING, "Exception processing message");
        line.setThrown(new IllegalStateException("a mistake of ours"));
        assertThat(RefusalLog.RECEIVING.getFilter().isLoggable(line)).isTrue();
        line.setThrown(GrpcErrors.thrown(Status.UNAVAILABLE));
        assertThat(RefusalLog.RECEIVING.getFilter().isLoggable(line)).isFalse();
    }

    @Test
    void aMessageWithoutRoomTakesNoStackTrace() {
        long held = GRPC.bodies.hold(0, 1_400_000);
        try {
            ServerStreamTracer bytes =
                    ReceivedBytes.factory(GRPC.bodies, new SimpleMeterRegistry())
                            .newServerStreamTracer("m", new Metadata());
            bytes.inboundMessage(0);
            StatusRuntimeException refused =
                    catchThrowableOfType(
                            StatusRuntimeException.class, () -> bytes.inboundWireSize(800_000));
            assertThat(refused.getStackTrace()).isEmpty();
            unavailable(refused.getStatus());
            bytes.streamClosed(refused.getStatus());
        } finally {
            GRPC.bodies.give(held);
        }
    }

    @Test
    void aRequestBeyondThoseInWorkTakesNoStackTrace() {
        AccessControl access =
                AccessControl.open(
                        AccessSettings.local(), InetAddress.getLoopbackAddress(), System::nanoTime);
        try (NetworkThreads network = new NetworkThreads(1, 1)) {
            CallGate full = new CallGate(access, Runnable::run, network, 0);
            VitrineException refused =
                    catchThrowableOfType(VitrineException.class, () -> full.work(() -> {}));
            assertThat(refused.code()).isEqualTo(ServerError.OVERLOADED);
            assertThat(refused.getStackTrace()).isEmpty();
            assertThat(GrpcErrors.thrown(GrpcErrors.status(refused, false)).getStackTrace())
                    .isEmpty();
        }
    }
}
