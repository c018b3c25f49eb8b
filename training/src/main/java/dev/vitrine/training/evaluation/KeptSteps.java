package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.network.TorchCache;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The figures of those steps of a measurement that ended, so that a run that was killed and is
 * asked for again begins at the step it had come to. They are taken for the same data, code and
 * settings only, by one run at a time, and go when the result is written, or after a week.
 */
public final class KeptSteps implements AutoCloseable {
    private static final int MAGIC = 0x564b5331;
    private static final int MOST_FIGURES = 100_000;
    private static final int MOST_VALUES = 1_000_000;

    private final FitFolder folder;
    private final String identity;
    private final Progress progress;
    private int taken;

    private KeptSteps(FitFolder folder, String identity, Progress progress) {
        this.folder = folder;
        this.identity = identity;
        this.progress = progress;
    }

    /** The folder below which finished parts of measurements are kept. */
    public static Path root() {
        return TorchCache.folder().resolveSibling("evaluate");
    }

    /**
     * @param root as {@link #root}
     * @param name of the measurement
     * @param data the folder whose files are measured on
     * @param settings code and settings in words: all else that figures come of
     * @throws dev.vitrine.kernel.error.VitrineException FIT_RUNNING when another run has it
     */
    public static KeptSteps open(
            Path root, String name, Path data, String settings, Progress progress) {
        FitFolder.forgetOld(root, Instant.now());
        FitFolder folder = FitFolder.open(root, folder(name));
        try {
            return new KeptSteps(folder, hash(data) + " " + settings, progress);
        } catch (IOException e) {
            folder.close();
            throw new UncheckedIOException("cannot read " + data, e);
        }
    }

    /** Deletes what was kept, for its result is written. */
    public static void forget(Path root, String name) {
        FitFolder.forget(root, folder(name));
    }

    private static String folder(String name) {
        return name + "-steps";
    }

    private static String hash(Path data) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(data)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * What a step found, now or in the run before.
     *
     * @param step small letters, digits and hyphens
     * @param figures the step; numbers by name
     */
    public Map<String, double[]> step(String step, Supplier<Map<String, double[]>> figures) {
        Path file = folder.path().resolve(step);
        Optional<Map<String, double[]>> kept = read(file);
        if (kept.isPresent()) {
            taken++;
            progress.start(step, "", 0);
            progress.finish("was measured before");
            return kept.get();
        }
        Map<String, double[]> found = figures.get();
        write(file, found);
        return found;
    }

    /** A sentence for the result, where steps were taken from a run before. */
    public Optional<String> resumed() {
        return taken == 0
                ? Optional.empty()
                : Optional.of(
                        taken
                                + " of the steps are of a run that was stopped before; seconds and"
                                + " memory of the whole are of this run alone.");
    }

    private Optional<Map<String, double[]>> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            if (in.readInt() != MAGIC || !in.readUTF().equals(identity)) {
                return Optional.empty();
            }
            Map<String, double[]> figures = new LinkedHashMap<>();
            int count = bounded(in.readInt(), MOST_FIGURES);
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                double[] values = new double[bounded(in.readInt(), MOST_VALUES)];
                for (int j = 0; j < values.length; j++) {
                    values[j] = in.readDouble();
                }
                figures.put(name, values);
            }
            return Optional.of(figures);
        } catch (IOException e) {
            // What cannot be read is measured again.
            return Optional.empty();
        }
    }

    private static int bounded(int count, int most) throws IOException {
        if (count < 0 || count > most) {
            throw new IOException("not a file of figures");
        }
        return count;
    }

    private void write(Path file, Map<String, double[]> figures) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(part))) {
                out.writeInt(MAGIC);
                out.writeUTF(identity);
                out.writeInt(figures.size());
                for (Map.Entry<String, double[]> figure : figures.entrySet()) {
                    out.writeUTF(figure.getKey());
                    out.writeInt(figure.getValue().length);
                    for (double value : figure.getValue()) {
                        out.writeDouble(value);
                    }
                }
            }
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write down the step " + file, e);
        }
    }

    @Override
    public void close() {
        folder.close();
    }
}
