package dev.vitrine.systemtests.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.benchmarks.inference.GrpcEcho;
import dev.vitrine.benchmarks.load.Generator;
import dev.vitrine.benchmarks.load.GrpcWire;
import dev.vitrine.benchmarks.load.LoadRun;
import dev.vitrine.benchmarks.load.Wire;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load generator speaks gRPC as a server of grpc-java understands it. */
class GrpcWireTest {
    private static final String METHOD = "/" + GrpcEcho.METHOD;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int LARGE = 3_000_000;

    private Server server;

    @BeforeEach
    void start() throws IOException {
        server = GrpcEcho.server(LARGE, 0).start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    private static GrpcWire wire(String method, byte[]... messages) {
        return GrpcWire.unary("localhost", method, Duration.ZERO, List.of(messages));
    }

    @Test
    void messagesLargerThanAllWindowsComeBackAsTheyWere() throws Exception {
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);

        byte[] answer = Generator.ask(address(), wire(METHOD, large).keepingBodies(), 0);

        assertThat(answer).isEqualTo(large);
    }

    @Test
    void oneConnectionTakesCallAfterCall() throws Exception {
        GrpcWire wire = wire(METHOD, new byte[10], new byte[40_000], new byte[0]);
        try (Generator generator = new Generator(address(), wire, 2, 1)) {
            LoadRun run = generator.closed(SECOND);

            assertThat(run.count(Wire.Outcome.ANSWERED))
                    .isEqualTo(run.requests())
                    .isGreaterThan(20);
        }
    }

    @Test
    void anUnknownMethodIsAFailure() throws Exception {
        GrpcWire wire = wire(METHOD + "Not", new byte[10]);
        try (Generator generator = new Generator(address(), wire, 1, 1)) {
            LoadRun run = generator.open(20, SECOND, SECOND);

            assertThat(run.count(Wire.Outcome.FAILED)).isEqualTo(20);
        }
    }
}
