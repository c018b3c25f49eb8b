package dev.vitrine.server.grpc;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.http.BodyRoom;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Takes room for the messages of one call as their bytes arrive, and gives it back as their answers
 * go out. A call that finds none ends with UNAVAILABLE, and is counted, for it is in no log. What
 * is small takes none.
 */
final class ReceivedBytes extends ServerStreamTracer {
    private final BodyRoom room;
    private final Counter refused;
    private final Deque<Large> large = new ArrayDeque<>(0);
    private volatile boolean hasLarge;
    private boolean closed;

    // Of the message that is being read, on the network's thread.
    private int number;
    private long wire;
    private long plain;
    private @Nullable Large current;

    /** A message that is not small. */
    private static final class Large {
        final int number;
        long held;

        Large(int number) {
            this.number = number;
        }
    }

    private ReceivedBytes(BodyRoom room, Counter refused) {
        this.room = room;
        this.refused = refused;
    }

    static ServerStreamTracer.Factory factory(BodyRoom room, MeterRegistry registry) {
        Counter refused =
                Counter.builder("vitrine.grpc.messages.refused")
                        .description("Messages refused as they came, for lack of room")
                        .register(registry);
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new ReceivedBytes(room, refused);
            }
        };
    }

    @Override
    public void inboundMessage(int seqNo) {
        number = seqNo;
        wire = 0;
        plain = 0;
        current = null;
    }

    @Override
    public void inboundWireSize(long bytes) {
        wire += bytes;
        if (wire > BodyRoom.FREE) {
            hold(wire);
        }
    }

    @Override
    public void inboundUncompressedSize(long bytes) {
        plain += bytes;
        if (plain > BodyRoom.FREE) {
            hold(plain);
        }
    }

    private synchronized void hold(long bytes) {
        if (closed) {
            return;
        }
        Large message = current;
        if (message == null) {
            message = new Large(number);
            current = message;
            large.add(message);
            hasLarge = true;
        }
        try {
            message.held = room.hold(message.held, bytes);
        } catch (VitrineException e) {
            refused.increment();
            throw GrpcErrors.thrown(GrpcErrors.status(e, false));
        }
    }

    /** Answers go out in the order of the messages, one for each. */
    @Override
    public void outboundMessage(int seqNo) {
        if (hasLarge) {
            giveUpTo(seqNo);
        }
    }

    private synchronized void giveUpTo(int last) {
        while (!large.isEmpty() && large.getFirst().number <= last) {
            room.give(large.removeFirst().held);
        }
        hasLarge = !large.isEmpty();
    }

    @Override
    public synchronized void streamClosed(Status status) {
        closed = true;
        giveUpTo(Integer.MAX_VALUE);
    }
}
