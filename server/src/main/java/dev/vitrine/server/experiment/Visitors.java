package dev.vitrine.server.experiment;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.PairMoments;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Who was answered in an experiment and what they did, in memory and in a folder. Each change is
 * appended to a log before the call returns, so that a process that is killed loses none. When the
 * log is long, a new one is begun, and what the table held is written beside it row by row while
 * requests go on: a table of a number and the logs from that number on say all there is.
 * Thread-safe; requests wait for one append, and for at most {@value #CHUNK} rows of a pass.
 */
final class Visitors implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Visitors.class.getName());
    private static final int CHUNK = 512;
    private static final long LONG_LOG = 32L << 20;
    private static final String LOG_SUFFIX = ".log";
    private static final String TABLE_SUFFIX = ".table";

    private final Path folder;
    private final Executor writer;
    private final long longLog;
    private final VisitorTable table;
    private long generation;
    private VisitorFile log;
    private boolean writing;
    private boolean closed;
    private boolean beyond;
    private String trouble = "";

    /**
     * Opens a folder, making it where there is none, and reads what it holds.
     *
     * @param capacity visitors that are counted at most; those who come later are not
     * @param writer writes tables beside the requests
     * @throws VitrineException HOME_FAILED where it cannot be read or written
     */
    Visitors(Path folder, int capacity, Executor writer) {
        this(folder, capacity, writer, LONG_LOG);
    }

    Visitors(Path folder, int capacity, Executor writer, long longLog) {
        this.folder = folder;
        this.writer = writer;
        this.longLog = longLog;
        this.table = new VisitorTable(capacity);
        try {
            Files.createDirectories(folder);
            this.log = recover();
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot use the folder " + folder + ": " + e, e);
        }
    }

    private VisitorFile recover() throws IOException {
        TreeMap<Long, Path> logs = files(LOG_SUFFIX);
        TreeMap<Long, Path> tables = files(TABLE_SUFFIX);
        long from = tables.isEmpty() ? 0 : tables.lastKey();
        if (!tables.isEmpty()) {
            VisitorFile.read(tables.lastEntry().getValue(), table);
        }
        long whole = 0;
        generation = from;
        for (Map.Entry<Long, Path> each : logs.tailMap(from).entrySet()) {
            whole = VisitorFile.read(each.getValue(), table);
            generation = each.getKey();
        }
        forget(from);
        return new VisitorFile(file(generation, LOG_SUFFIX), whole);
    }

    private TreeMap<Long, Path> files(String suffix) throws IOException {
        TreeMap<Long, Path> found = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                String name = each.getFileName().toString();
                if (name.endsWith(suffix)) {
                    found.put(number(name, suffix), each);
                }
            }
        }
        return found;
    }

    private static long number(String name, String suffix) throws IOException {
        try {
            return Long.parseLong(name.substring(0, name.length() - suffix.length()));
        } catch (NumberFormatException e) {
            throw new IOException("the file '" + name + "' is none of an experiment", e);
        }
    }

    private Path file(long number, String suffix) {
        return folder.resolve(number + suffix);
    }

    /** Deletes what a table of a number has made superfluous. */
    private void forget(long number) throws IOException {
        for (String suffix : List.of(LOG_SUFFIX, TABLE_SUFFIX)) {
            for (Path old : files(suffix).headMap(number).values()) {
                Files.deleteIfExists(old);
            }
        }
    }

    /** What is known of a visitor from before, asked for once, at the first answer. */
    interface Past {
        /** As log(1 + count). */
        float of(Counted.Before what);
    }

    /**
     * An answer was given. Who is new is taken in, unless as many as are counted are in already.
     *
     * @param since seconds from the start of the experiment
     */
    void answered(long visitor, int arm, int since, Past past) {
        boolean known;
        synchronized (this) {
            known = table.row(visitor) >= 0;
            if (!known && table.isFull()) {
                beyond = true;
                return;
            }
        }
        float interactions = known ? 0 : past.of(Counted.Before.INTERACTIONS);
        float orders = known ? 0 : past.of(Counted.Before.ORDERS);
        synchronized (this) {
            if (closed) {
                return;
            }
            if (!known && table.row(visitor) < 0 && !table.isFull()) {
                table.met(visitor, arm, since, interactions, orders);
                kept(() -> log.met(visitor, arm, since, interactions, orders));
            }
            add(visitor, Counted.ANSWERS, 1);
        }
    }

    /** Something more was done by a visitor; of somebody who was never answered, nothing counts. */
    synchronized void add(long visitor, Counted what, double by) {
        int row = table.row(visitor);
        if (row < 0 || closed) {
            return;
        }
        float before = table.count(row, what);
        float after = what.bounded((float) (before + by));
        if (after != before && Float.isFinite(after)) {
            table.set(row, what, after);
            kept(() -> log.counted(visitor, what, after));
        }
    }

    /** Seconds from the start to a visitor's first answer; -1 for who has had none. */
    synchronized int since(long visitor) {
        int row = table.row(visitor);
        return row < 0 ? -1 : table.since(row);
    }

    private interface Append {
        void run() throws IOException;
    }

    /** A disk that is full keeps nobody from being answered; results say that it was. */
    private void kept(Append append) {
        try {
            append.run();
            if (log.size() >= longLog && !writing) {
                turnOver();
            }
        } catch (IOException e) {
            troubled(e);
        }
    }

    private synchronized void troubled(IOException e) {
        if (trouble.isEmpty()) {
            LOG.log(System.Logger.Level.ERROR, "counts are not kept in " + folder, e);
        }
        trouble = "counts could not be kept on the disk: " + e.getMessage();
    }

    private void turnOver() throws IOException {
        VisitorFile last = log;
        log = new VisitorFile(file(generation + 1, LOG_SUFFIX), 0);
        generation++;
        writing = true;
        long number = generation;
        writer.execute(() -> {
            try (last) {
                last.force();
                write(number);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "the log of " + folder + " stays long", e);
            } finally {
                synchronized (this) {
                    writing = false;
                }
            }
        });
    }

    private void write(long number) throws IOException {
        Path part = folder.resolve(number + ".part");
        Files.deleteIfExists(part);
        try (VisitorFile out = new VisitorFile(part, 0)) {
            int row = 0;
            while (row >= 0) {
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    int end = Math.min(table.size(), row + CHUNK);
                    for (; row < end; row++) {
                        write(row, out);
                    }
                    row = row == table.size() ? -1 : row;
                }
            }
            out.force();
        }
        Files.move(part, file(number, TABLE_SUFFIX), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
        forget(number);
    }

    private void write(int row, VisitorFile out) throws IOException {
        long visitor = table.visitor(row);
        out.met(
                visitor,
                table.arm(row),
                table.since(row),
                table.before(row, Counted.Before.INTERACTIONS),
                table.before(row, Counted.Before.ORDERS));
        for (Counted what : Counted.values()) {
            float value = table.count(row, what);
            if (value != 0) {
                out.counted(visitor, what, value);
            }
        }
    }

    /** What was counted, by arm; requests go on meanwhile. */
    List<Tally> tally(int arms, List<Metric> metrics) {
        List<Sums> sums = new ArrayList<>();
        for (int arm = 0; arm < arms; arm++) {
            sums.add(new Sums(metrics));
        }
        int row = 0;
        while (row >= 0) {
            synchronized (this) {
                int end = Math.min(table.size(), row + CHUNK);
                for (; row < end; row++) {
                    if (table.arm(row) < arms) {
                        sums.get(table.arm(row)).add(table, row);
                    }
                }
                row = row >= table.size() ? -1 : row;
            }
        }
        return sums.stream().map(Sums::tally).toList();
    }

    /** Sums over the visitors of one arm. */
    private static final class Sums {
        private final Map<Metric, Pairs> metrics = new EnumMap<>(Metric.class);
        private long visitors;
        private long heard;
        private double answers;
        private long forFirst;
        private long forSecond;

        Sums(List<Metric> asked) {
            asked.forEach(metric -> metrics.put(metric, new Pairs()));
        }

        void add(VisitorTable table, int row) {
            float given = table.count(row, Counted.ANSWERS);
            float credit = table.count(row, Counted.CREDIT);
            visitors++;
            answers += given;
            heard += table.count(row, Counted.IMPRESSIONS) > 0 ? 1 : 0;
            forFirst += credit < 0 ? 1 : 0;
            forSecond += credit > 0 ? 1 : 0;
            metrics.forEach((metric, pairs) -> {
                float count = table.count(row, metric.counted());
                switch (metric.kind()) {
                    case SHARE -> pairs.add(table.before(row, metric.before()), count > 0 ? 1 : 0);
                    case MEAN -> pairs.add(table.before(row, metric.before()), count);
                    case PER_ANSWER -> pairs.add(given, count);
                }
            });
        }

        Tally tally() {
            Map<Metric, PairMoments> moments = new EnumMap<>(Metric.class);
            metrics.forEach((metric, pairs) -> moments.put(metric, pairs.moments()));
            return new Tally(visitors, heard, answers, forFirst, forSecond, moments);
        }
    }

    /** Pairs one after the other, as {@link PairMoments#of} takes them. */
    private static final class Pairs {
        private long count;
        private double meanX;
        private double meanY;
        private double xx;
        private double xy;
        private double yy;

        void add(double x, double y) {
            count++;
            double offX = x - meanX;
            double offY = y - meanY;
            meanX += offX / count;
            meanY += offY / count;
            xx += offX * (x - meanX);
            xy += offX * (y - meanY);
            yy += offY * (y - meanY);
        }

        PairMoments moments() {
            return new PairMoments(count, meanX, meanY, xx, xy, yy);
        }
    }

    /** Whether somebody came after as many as are counted were in. */
    synchronized boolean isBeyond() {
        return beyond;
    }

    int capacity() {
        return table.capacity();
    }

    /** Why counts are not kept; empty while they are. */
    synchronized String trouble() {
        return trouble;
    }

    /** What was appended survives the loss of power from now on; requests do not wait for it. */
    void force() {
        VisitorFile current;
        synchronized (this) {
            if (closed) {
                return;
            }
            current = log;
        }
        try {
            current.force();
        } catch (ClosedChannelException e) {
            // A longer log was closed meanwhile, and forced before.
        } catch (IOException e) {
            troubled(e);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            kept(log::force);
            closed = true;
            try {
                log.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "closing a file of " + folder, e);
            }
        }
    }
}
