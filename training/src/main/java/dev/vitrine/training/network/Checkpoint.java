package dev.vitrine.training.network;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A fit on disk. A fit that is begun again with the same settings and data goes on after the last
 * epoch that ended; one of other settings or data begins from the start.
 */
public final class Checkpoint {
    private static final int MAGIC = 0x56434b32;

    private final Path file;
    private final String identity;

    /**
     * @param identity settings and data in words; another one's checkpoint is not used
     */
    public Checkpoint(Path file, String identity) {
        this.file = file;
        this.identity = identity;
    }

    void write(Learner learner, Fit.State state) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(part), 1 << 16))) {
                out.writeInt(MAGIC);
                out.writeUTF(identity);
                write(out, state);
                out.writeLong(learner.dropout().state());
                learner.parameters().write(out);
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
            throw new UncheckedIOException("cannot write the checkpoint " + file, e);
        }
    }

    private static void write(DataOutputStream out, Fit.State state) throws IOException {
        out.writeInt(state.points.size());
        for (LearningCurve.Point point : state.points) {
            out.writeDouble(point.loss());
            out.writeDouble(point.validation());
            out.writeLong(point.rows());
            out.writeDouble(point.seconds());
        }
        out.writeInt(state.best);
        out.writeDouble(state.bestValidation);
        out.writeLong(state.steps);
        out.writeDouble(state.spent);
        out.writeInt(state.bestValues.size());
        for (Map.Entry<String, float[]> entry : state.bestValues.entrySet()) {
            out.writeUTF(entry.getKey());
            Floats.write(out, entry.getValue());
        }
    }

    /** Sets learner and state where there is a checkpoint of the same fit. */
    void read(Learner learner, Fit.State state) {
        if (!Files.exists(file)) {
            return;
        }
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != MAGIC || !in.readUTF().equals(identity)) {
                return;
            }
            read(in, learner, state);
            learner.dropout().continueFrom(in.readLong());
            learner.parameters().read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot go on from the checkpoint " + file + "; delete it to begin again", e);
        }
    }

    private static void read(DataInputStream in, Learner learner, Fit.State state)
            throws IOException {
        int points = in.readInt();
        for (int i = 0; i < points; i++) {
            state.points.add(
                    new LearningCurve.Point(
                            i + 1,
                            in.readDouble(),
                            in.readDouble(),
                            in.readLong(),
                            in.readDouble()));
        }
        state.best = in.readInt();
        state.bestValidation = in.readDouble();
        state.steps = in.readLong();
        state.spent = in.readDouble();
        int values = in.readInt();
        Map<String, float[]> best = new LinkedHashMap<>();
        for (int i = 0; i < values; i++) {
            String name = in.readUTF();
            best.put(name, Floats.read(in, learner.parameters().values(name).length));
        }
        state.bestValues = best;
    }
}
