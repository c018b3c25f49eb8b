package dev.vitrine.benchmarks.experiment;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The impressions that one policy showed (the small Open Bandit data; Saito, Aihara, Matsutani and
 * Narita 2021): which item at which of three positions, with which chance, and whether it was
 * clicked.
 *
 * @param items numbers from 0
 * @param positions numbers from 0
 * @param clicks 1 or 0
 * @param propensities chance of the item at its position
 */
record OpenBandit(int[] items, int[] positions, double[] clicks, double[] propensities) {
    private static final int MOST_ROWS = 10_000_000;
    private static final int MOST = 1_000;
    private static final List<String> COLUMNS =
            List.of("item_id", "position", "click", "propensity_score");

    /**
     * @throws VitrineException FILE_NOT_FOUND, FILE_MALFORMED
     */
    static OpenBandit read(Path file) {
        List<double[]> rows = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            String first = reader.readLine();
            List<String> head = Arrays.asList((first == null ? "" : first).split(",", -1));
            int[] columns = COLUMNS.stream().mapToInt(head::indexOf).toArray();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] cells = line.split(",", -1);
                double[] row = new double[columns.length];
                for (int i = 0; i < row.length; i++) {
                    row[i] = Double.parseDouble(cells[columns[i]]);
                }
                if (!(row[0] >= 0 && row[0] < MOST && row[1] >= 1 && row[1] < MOST)
                        || rows.size() == MOST_ROWS) {
                    throw new NumberFormatException("row " + rows.size() + ": " + line);
                }
                rows.add(row);
            }
            if (rows.isEmpty()) {
                throw new NumberFormatException("no rows");
            }
        } catch (NoSuchFileException e) {
            throw new VitrineException(DataError.FILE_NOT_FOUND, "no file " + file, e);
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED, "cannot read " + file + ": " + e.getMessage(), e);
        }
        return new OpenBandit(
                rows.stream().mapToInt(row -> (int) row[0]).toArray(),
                rows.stream().mapToInt(row -> (int) row[1] - 1).toArray(),
                rows.stream().mapToDouble(row -> row[2]).toArray(),
                rows.stream().mapToDouble(row -> row[3]).toArray());
    }

    int rows() {
        return items.length;
    }

    /** One more than the highest item. */
    int itemCount() {
        return Arrays.stream(items).max().orElse(-1) + 1;
    }

    int positionCount() {
        return Arrays.stream(positions).max().orElse(-1) + 1;
    }

    long clicked() {
        return Math.round(Arrays.stream(clicks).sum());
    }

    /**
     * How often the policy showed each item at each position: what it does on average over the log.
     *
     * @param itemCount of the campaign
     * @return by position and item; the sum over the items is 1
     */
    double[][] policy(int itemCount) {
        double[][] shares = new double[positionCount()][itemCount];
        double[] all = new double[shares.length];
        for (int row = 0; row < rows(); row++) {
            shares[positions[row]][items[row]]++;
            all[positions[row]]++;
        }
        for (int position = 0; position < shares.length; position++) {
            for (int item = 0; item < itemCount; item++) {
                shares[position][item] /= all[position];
            }
        }
        return shares;
    }
}
