package dev.vitrine.training.evaluation;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.clicks.ClickSettings;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.trees.NdcgLoss;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Will a session end with a purchase? The public table of one shop's sessions (UCI Online Shoppers
 * Purchasing Intention), in repeated random splits of 70 to 30, trees and a network beside a plain
 * logistic regression. A fifth of each training part ends the fits, calibrates them and chooses the
 * threshold of F1; the test part is as it is, with its 15 % of purchases.
 */
final class OnlineShoppers {
    static final String DATASET = "online-shoppers";
    static final String TREES = "boosted-trees";
    static final String LOGISTIC = "logistic-regression";
    static final String DEEP = "deep";
    static final String BOTH = "trees-and-deep";

    static final int SPLITS = 10;

    private static final String FILE = "online_shoppers_intention.csv.gz";
    private static final int COLUMNS = 18;
    private static final int MONTH = 10;
    private static final int FIRST_CODE = 11;
    private static final int VISITOR = 15;
    private static final int WEEKEND = 16;
    private static final int REVENUE = 17;
    private static final double TRAIN = .7;
    private static final double VALID = .2;

    /** Chosen on validation among pieces, widths and rates; see decision 018. */
    static final ClickSettings NETWORK = new ClickSettings(8, 5, 64, 1, 8, 64, .1, 128, 1, 1);

    static final FitSettings HOW = new FitSettings(25, 5, 1e-3, 50, .02, 5, 1);

    private final List<String> names = new ArrayList<>();
    private final float[] features;
    private final boolean[] labels;

    private OnlineShoppers(List<String[]> lines) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int column = 0; column < REVENUE; column++) {
            if (isCode(column)) {
                TreeMap<String, Boolean> values = new TreeMap<>();
                for (String[] line : lines) {
                    values.put(line[column], true);
                }
                for (String value : values.keySet()) {
                    places.put(column + "=" + value, places.size());
                }
            } else {
                places.put(Integer.toString(column), places.size());
            }
        }
        names.addAll(places.keySet());
        features = new float[lines.size() * names.size()];
        labels = new boolean[lines.size()];
        for (int row = 0; row < labels.length; row++) {
            String[] line = lines.get(row);
            for (int column = 0; column < REVENUE; column++) {
                Integer place =
                        places.get(
                                isCode(column)
                                        ? column + "=" + line[column]
                                        : Integer.toString(column));
                if (place != null) {
                    features[row * names.size() + place] =
                            isCode(column) ? 1 : Float.parseFloat(line[column]);
                }
            }
            labels[row] = line[REVENUE].equalsIgnoreCase("true");
        }
    }

    private static boolean isCode(int column) {
        return column == MONTH || column >= FIRST_CODE && column <= VISITOR || column == WEEKEND;
    }

    /**
     * @param folder of this data set
     */
    static OnlineShoppers read(Path folder) {
        Path file = folder.resolve(FILE);
        List<String[]> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] cells = line.split(",", -1);
                String wrong = wrong(cells);
                if (!wrong.isEmpty()) {
                    throw new VitrineException(
                            DataError.FILE_MALFORMED,
                            file + ", line " + (lines.size() + 1) + ": " + wrong);
                }
                lines.add(cells);
            }
            if (lines.isEmpty()) {
                throw new VitrineException(
                        DataError.FILE_MALFORMED, file + ": there is no session in it");
            }
            return new OnlineShoppers(lines);
        } catch (NoSuchFileException e) {
            throw new VitrineException(DataError.FILE_NOT_FOUND, "no file " + file, e);
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED,
                    file + " after line " + lines.size() + ": " + e.getMessage(),
                    e);
        }
    }

    /** What a line has that it may not have; empty for a good one. */
    private static String wrong(String... cells) {
        if (cells.length != COLUMNS) {
            return "expected " + COLUMNS + " columns, found " + cells.length;
        }
        for (int column = 0; column < REVENUE; column++) {
            if (!isCode(column) && !isNumber(cells[column])) {
                return "column "
                        + (column + 1)
                        + ": expected a number, found '"
                        + cells[column]
                        + "'; the file has no header";
            }
        }
        String label = cells[REVENUE].toLowerCase(Locale.ROOT);
        return label.equals("true") || label.equals("false")
                ? ""
                : "column " + COLUMNS + ": expected TRUE or FALSE, found '" + cells[REVENUE] + "'";
    }

    private static boolean isNumber(String cell) {
        try {
            return Float.isFinite(Float.parseFloat(cell));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** One split of the rows. */
    TablePrediction table(long seed) {
        int[] order = new int[labels.length];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        int train = (int) (order.length * TRAIN);
        int fit = (int) (train * (1 - VALID));
        int[] fitted = Arrays.copyOf(order, fit);
        int[] valid = Arrays.copyOfRange(order, fit, train);
        int[] test = Arrays.copyOfRange(order, train, order.length);
        return new TablePrediction(
                new TreeRows(names, features, numbers(), new int[0]), fitted, valid, test);
    }

    /** What each model reached in one split. */
    Map<String, BinaryFigures> split(
            Torch torch, Path work, long seed, int threads, Progress progress) {
        TablePrediction prediction = table(seed);
        TreeSettings settings =
                new TreeSettings(
                        TreeSettings.Objective.BINARY,
                        1_000,
                        50,
                        .03,
                        15,
                        20,
                        .7,
                        .8,
                        5,
                        1,
                        seed,
                        threads,
                        NdcgLoss.DEFAULT);
        Map<String, BinaryFigures> figures = new LinkedHashMap<>();
        figures.put(LOGISTIC, prediction.logistic());
        TablePrediction.Scores trees = prediction.trees(settings, progress);
        TablePrediction.Scores deep =
                prediction.deep(torch, NETWORK, HOW.withSeed(seed), work, progress);
        figures.put(DEEP, prediction.figures(deep));
        figures.put(BOTH, prediction.figures(trees.with(deep)));
        figures.put(TREES, prediction.figures(trees));
        return figures;
    }

    private float[] numbers() {
        float[] numbers = new float[labels.length];
        for (int row = 0; row < numbers.length; row++) {
            numbers[row] = labels[row] ? 1 : 0;
        }
        return numbers;
    }
}
