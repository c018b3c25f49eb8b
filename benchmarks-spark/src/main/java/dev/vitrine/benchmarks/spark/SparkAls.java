package dev.vitrine.benchmarks.spark;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Fits implicit ALS with Spark on {@code user item item ...} lines and writes the factors. Only the
 * fit is timed: the session is up and the data cached and counted before.
 *
 * <pre>
 * SparkAls TRAIN.txt.gz OUT_FOLDER THREADS RANK ITERATIONS ALPHA REG BLOCKS SEED
 * </pre>
 *
 * Writes {@code seconds}, one number as text, and {@code users} and {@code items}: big-endian, the
 * rank, then for each row its id and that many floats, to the end of the file.
 */
public final class SparkAls {
    private static final int ARGUMENTS = 9;

    private SparkAls() {}

    public static void main(String[] args) throws IOException {
        if (args.length != ARGUMENTS) {
            throw new IllegalArgumentException(
                    "expected " + ARGUMENTS + " arguments, found " + args.length);
        }
        Path train = Path.of(args[0]);
        Path out = Path.of(args[1]);
        String threads = args[2];
        ALS als =
                new ALS()
                        .setImplicitPrefs(true)
                        .setRank(Integer.parseInt(args[3]))
                        .setMaxIter(Integer.parseInt(args[4]))
                        .setAlpha(Double.parseDouble(args[5]))
                        .setRegParam(Double.parseDouble(args[6]))
                        .setNumBlocks(Integer.parseInt(args[7]))
                        .setSeed(Long.parseLong(args[8]));
        try (SparkSession session =
                SparkSession.builder()
                        .master("local[" + threads + "]")
                        .appName("als")
                        .config("spark.ui.enabled", "false")
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.sql.shuffle.partitions", args[7])
                        .getOrCreate()) {
            session.sparkContext().setLogLevel("ERROR");
            Dataset<Row> ratings =
                    session.createDataFrame(
                                    read(train),
                                    new StructType()
                                            .add("user", DataTypes.IntegerType)
                                            .add("item", DataTypes.IntegerType)
                                            .add("rating", DataTypes.FloatType))
                            .repartition(Integer.parseInt(args[7]))
                            .cache();
            long rows = ratings.count();
            long start = System.nanoTime();
            ALSModel model = als.fit(ratings);
            long users = model.userFactors().count();
            double seconds = (System.nanoTime() - start) * 1e-9;
            System.err.println(rows + " rows, " + users + " users: " + seconds + " s");
            write(model.userFactors(), model.rank(), out.resolve("users"));
            write(model.itemFactors(), model.rank(), out.resolve("items"));
            Files.writeString(out.resolve("seconds"), Double.toString(seconds));
        }
    }

    private static List<Row> read(Path train) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(train)),
                                StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] numbers = line.strip().split("\\s+", -1);
                for (int i = 1; i < numbers.length; i++) {
                    rows.add(
                            RowFactory.create(
                                    Integer.parseInt(numbers[0]),
                                    Integer.parseInt(numbers[i]),
                                    1f));
                }
            }
        }
        return rows;
    }

    private static void write(Dataset<Row> factors, int rank, Path file) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(rank);
            for (Row row : factors.collectAsList()) {
                out.writeInt(row.getInt(0));
                for (Object value : row.getList(1)) {
                    out.writeFloat(((Number) value).floatValue());
                }
            }
        }
    }
}
