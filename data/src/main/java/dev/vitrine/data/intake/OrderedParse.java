package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Parses records on several threads and hands the results over in their order, on the thread of the
 * caller. Records are copied into blocks of some hundred; a few blocks per thread may be under way,
 * so parsing goes on while the caller is busy with results, and memory stays bounded. Input of less
 * than a block is parsed by the caller, without any thread.
 */
final class OrderedParse<T> implements AutoCloseable {
    private static final int BLOCK_BYTES = 128 << 10;
    private static final int MOST_THREADS = 4;
    private static final int BLOCKS_PER_THREAD = 4;

    /** Turns the bytes of one record into results; called on several threads at once. */
    interface Parse<T> {
        void parse(long line, byte[] bytes, int from, int length, Consumer<Parsed<T>> into);
    }

    /** Records one after the other in one array. */
    private static final class Block {
        private byte[] bytes = new byte[BLOCK_BYTES + (BLOCK_BYTES >> 2)];
        private int[] ends = new int[512];
        private long[] lines = new long[512];
        private int count;

        int size() {
            return count == 0 ? 0 : ends[count - 1];
        }

        void add(long line, byte[] from, int start, int length) {
            int size = size();
            if (size + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(size + length, bytes.length * 2));
            }
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, count * 2);
                lines = Arrays.copyOf(lines, count * 2);
            }
            System.arraycopy(from, start, bytes, size, length);
            ends[count] = size + length;
            lines[count] = line;
            count++;
        }
    }

    private final Parse<T> parse;
    private final Consumer<Parsed<T>> sink;
    private final int threads;
    private final ArrayDeque<Future<List<Parsed<T>>>> underWay = new ArrayDeque<>();
    private @Nullable ExecutorService workers;
    private Block block = new Block();

    OrderedParse(Parse<T> parse, Consumer<Parsed<T>> sink) {
        this.parse = parse;
        this.sink = sink;
        this.threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    }

    /** Takes a record; its bytes may be overwritten afterwards. */
    void add(long line, byte[] bytes, int from, int length) {
        block.add(line, bytes, from, length);
        if (block.size() >= BLOCK_BYTES) {
            if (workers == null) {
                workers =
                        Executors.newFixedThreadPool(
                                threads, Thread.ofPlatform().daemon().name("parse-", 0).factory());
            }
            Block full = block;
            block = new Block();
            underWay.add(workers.submit(() -> parse(full)));
            if (underWay.size() > threads * BLOCKS_PER_THREAD) {
                deliver();
            }
        }
    }

    private List<Parsed<T>> parse(Block full) {
        List<Parsed<T>> results = new ArrayList<>(full.count);
        int start = 0;
        for (int i = 0; i < full.count; i++) {
            parse.parse(full.lines[i], full.bytes, start, full.ends[i] - start, results::add);
            start = full.ends[i];
        }
        return results;
    }

    private void deliver() {
        try {
            underWay.remove().get().forEach(sink);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VitrineException(
                    DataError.STORE_BUSY, "interrupted while records were read", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Hands over everything that was added. */
    void finish() {
        while (!underWay.isEmpty()) {
            deliver();
        }
        parse(block).forEach(sink);
        block = new Block();
    }

    @Override
    public void close() {
        if (workers != null) {
            workers.shutdownNow();
        }
    }
}
