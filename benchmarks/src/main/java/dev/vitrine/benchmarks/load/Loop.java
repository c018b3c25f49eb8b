package dev.vitrine.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The connections of one thread, and what goes over them. */
final class Loop implements AutoCloseable {
    private static final int READ_BYTES = 256 << 10;

    /** The selector waits in milliseconds; what is due sooner is waited for by looking again. */
    private static final long COARSE_NANOS = 2_000_000;

    private final SocketAddress server;
    private final Wire wire;
    private final Selector selector = Selector.open();
    private final ByteBuffer reading = ByteBuffer.allocateDirect(READ_BYTES);
    private final List<Line> lines = new ArrayList<>();
    private final ArrayDeque<Line> idle = new ArrayDeque<>();
    private final int place;
    private int nextRequest;
    private int busy;

    /** The run under way; replaced by each. */
    private LoadRun run = new LoadRun(0, 0);

    private long start;

    /** Until when a closed loop goes on; in the past for an open one. */
    private long again;

    Loop(SocketAddress server, Wire wire, int connections, int place) throws IOException {
        this.server = server;
        this.wire = wire;
        this.place = place;
        this.nextRequest = place * 7919;
        for (int i = 0; i < connections; i++) {
            Line line = new Line();
            lines.add(line);
            idle.push(line);
        }
    }

    LoadRun closed(long begin, long lengthNanos, long giveUpNanos) {
        run = new LoadRun(lengthNanos / 1e9, 1 << 16);
        start = begin;
        again = begin + lengthNanos;
        waitUntil(begin);
        long now = System.nanoTime();
        while ((now - again < 0 || busy > 0) && now - again < giveUpNanos) {
            while (now - again < 0 && !idle.isEmpty()) {
                begin(idle.pop(), System.nanoTime());
            }
            turn(100);
            now = System.nanoTime();
        }
        giveUpOnOthers();
        return run;
    }

    LoadRun open(Schedule schedule) {
        int count = schedule.count();
        run = new LoadRun(schedule.lengthNanos() / 1e9, count / schedule.loops() + 1);
        start = schedule.start();
        again = start - 1;
        int number = place;
        long end = start + schedule.lengthNanos() + schedule.giveUpNanos();
        while (number < count || busy > 0) {
            long now = System.nanoTime();
            while (number < count) {
                long due = start + schedule.due(number);
                if (due - now > 0) {
                    break;
                }
                if (!idle.isEmpty()) {
                    begin(idle.pop(), due);
                } else if (now - due > schedule.deadlineNanos()) {
                    run.addUnsent(due - start, now - due);
                } else {
                    break;
                }
                number += schedule.loops();
            }
            if (now - end > 0) {
                break;
            }
            long left = number < count ? start + schedule.due(number) - now : 10 * COARSE_NANOS;
            turn(left > COARSE_NANOS ? Math.min(100, left / COARSE_NANOS) : 0);
        }
        giveUpOnOthers();
        return run;
    }

    private static void waitUntil(long moment) {
        while (System.nanoTime() - moment < 0) {
            Thread.onSpinWait();
        }
    }

    private void begin(Line line, long due) {
        line.due = due;
        line.waiting = true;
        busy++;
        try {
            if (line.talk.ended()) {
                line.reconnect();
            }
            line.talk.ask(nextRequest++ % wire.requests(), line);
            line.flush();
        } catch (IOException e) {
            line.fail();
        }
    }

    private void turn(long millis) {
        try {
            if (millis == 0) {
                if (selector.selectNow(this::ready) == 0) {
                    Thread.yield();
                }
            } else {
                selector.select(this::ready, millis);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        Line line = (Line) key.attachment();
        try {
            if (key.isReadable()) {
                line.read();
            }
            if (key.isValid() && key.isWritable()) {
                line.flush();
            }
        } catch (IOException e) {
            line.fail();
        }
    }

    private void giveUpOnOthers() {
        for (Line line : lines) {
            if (line.waiting) {
                line.fail();
            }
        }
    }

    static byte[] ask(SocketChannel channel, Wire.Talk talk, int number) throws IOException {
        Wire.Out out =
                bytes -> {
                    try {
                        while (bytes.hasRemaining()) {
                            channel.write(bytes);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
        talk.ask(number, out);
        ByteBuffer in = ByteBuffer.allocate(1 << 20);
        boolean whole = false;
        while (!whole) {
            if (channel.read(in) < 0) {
                throw new IOException("the connection ended before the answer did");
            }
            in.flip();
            whole = talk.heard(in, out);
            in.compact();
        }
        if (talk.outcome() != Wire.Outcome.ANSWERED) {
            throw new IOException(
                    "no good answer: "
                            + talk
                            + " "
                            + new String(talk.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return talk.body();
    }

    @Override
    public void close() throws IOException {
        for (Line line : lines) {
            line.channel.close();
        }
        selector.close();
    }

    /** One connection. */
    private final class Line implements Wire.Out {
        private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>();
        private SocketChannel channel;
        private SelectionKey key;
        private Wire.Talk talk;
        private byte[] rest = {};
        private long due;
        private boolean waiting;

        Line() throws IOException {
            channel = connected();
            key = channel.register(selector, SelectionKey.OP_READ, this);
            talk = wire.open();
        }

        private static SocketChannel nonBlocking(SocketChannel channel) throws IOException {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            return channel;
        }

        private SocketChannel connected() throws IOException {
            return nonBlocking(SocketChannel.open(server));
        }

        private void reconnect() throws IOException {
            channel.close();
            out.clear();
            rest = new byte[0];
            channel = connected();
            key = channel.register(selector, SelectionKey.OP_READ, this);
            talk = wire.open();
        }

        @Override
        public void send(ByteBuffer bytes) {
            out.add(bytes);
        }

        private void flush() throws IOException {
            while (!out.isEmpty()) {
                ByteBuffer first = out.peek();
                channel.write(first);
                if (first.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
                out.remove();
            }
            if (key.interestOps() != SelectionKey.OP_READ) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }

        private void read() throws IOException {
            reading.clear().put(rest);
            if (channel.read(reading) < 0) {
                throw new IOException("the server closed the connection");
            }
            reading.flip();
            boolean whole = talk.heard(reading, this);
            if (reading.hasRemaining() || rest.length > 0) {
                rest = new byte[reading.remaining()];
                reading.get(rest);
            }
            if (!out.isEmpty()) {
                flush();
            }
            if (whole && waiting) {
                long now = System.nanoTime();
                ended(now, talk.outcome());
                if (again - now > 0) {
                    begin(this, now);
                } else {
                    idle.push(this);
                }
            }
        }

        private void ended(long now, Wire.Outcome outcome) {
            run.add(due - start, now - due, outcome);
            waiting = false;
            busy--;
        }

        /** Counts its request as failed and begins a new connection. */
        private void fail() {
            try {
                reconnect();
            } catch (IOException e) {
                throw new UncheckedIOException("the server takes no connections any more", e);
            }
            if (waiting) {
                ended(System.nanoTime(), Wire.Outcome.FAILED);
                idle.push(this);
            }
        }
    }
}
