package dev.vitrine.training.evaluation;

import dev.vitrine.data.DataError;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.ClickModel;
import dev.vitrine.retrieval.ranking.Isotonic;
import dev.vitrine.training.calibration.IsotonicFit;
import dev.vitrine.training.clicks.ClickRows;
import dev.vitrine.training.clicks.ClickSettings;
import dev.vitrine.training.clicks.ClickTrainer;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.trees.BoostedTrees;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/**
 * Will a banner be clicked? Impressions of one advertiser, 16 categories each (a sample of iPinYou
 * campaign 2997): one day to fit to, of which a fifth ends the fits and calibrates, another day
 * with another creative to ask. With 50 clicks among those asked, the AUC has a standard error near
 * .04: this tries the path of ads and decides nothing between models.
 */
final class AdClicks {
    static final String DATASET = "ipinyou-sample";
    static final String LOGISTIC = "logistic-regression";
    static final String TREES = "boosted-trees";
    static final String DEEP = "deep";

    private static final double VALID = .2;
    private static final long SEED = 1;

    /** A weight for each code, and nothing else. */
    private static final ClickSettings WEIGHTS = new ClickSettings(1, 5, 0, 0, 1, 0, 0, 256, .1, 1);

    /** A click in a hundred: a tenth of the rest is fitted to in each epoch. */
    private static final ClickSettings NETWORK =
            new ClickSettings(8, 5, 0, 2, 32, 64, .3, 256, .1, 1);

    private static final FitSettings FIT = new FitSettings(60, 8, 2e-3, 20, .1, 5, SEED);

    private final ClickRows train;
    private final ClickRows test;

    private AdClicks(ClickRows train, ClickRows test) {
        this.train = train;
        this.test = test;
    }

    /**
     * @param folder of this data set
     */
    static AdClicks read(Path folder) {
        Map<Integer, int[]> places = new HashMap<>();
        List<ClickRows.Field> fields = fields(folder.resolve("featindex.txt.gz"), places);
        return new AdClicks(
                rows(folder.resolve("train.txt.gz"), fields, places),
                rows(folder.resolve("test.txt.gz"), fields, places));
    }

    /**
     * @param places filled with field and code of each index
     */
    private static List<ClickRows.Field> fields(Path file, Map<Integer, int[]> places) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        List<Integer> sizes = new ArrayList<>();
        for (String line : lines(file)) {
            int colon = line.indexOf(':');
            int tab = line.lastIndexOf('\t');
            if (colon < 1 || tab < colon) {
                throw malformed(file, line);
            }
            int field =
                    numbers.computeIfAbsent(
                            line.substring(0, colon),
                            name -> {
                                sizes.add(0);
                                return sizes.size() - 1;
                            });
            places.put(
                    Integer.parseInt(line.substring(tab + 1)), new int[] {field, sizes.get(field)});
            sizes.set(field, sizes.get(field) + 1);
        }
        List<ClickRows.Field> fields = new ArrayList<>();
        numbers.forEach((name, field) -> fields.add(new ClickRows.Field(name, sizes.get(field))));
        return fields;
    }

    private static ClickRows rows(
            Path file, List<ClickRows.Field> fields, Map<Integer, int[]> places) {
        List<String> lines = lines(file);
        int[] codes = new int[lines.size() * fields.size()];
        boolean[] labels = new boolean[lines.size()];
        for (int row = 0; row < labels.length; row++) {
            String[] cells = lines.get(row).split(" ", -1);
            if (cells.length != fields.size() + 1) {
                throw malformed(file, lines.get(row));
            }
            labels[row] = cells[0].equals("1");
            for (int i = 1; i < cells.length; i++) {
                int end = cells[i].indexOf(':');
                int[] place =
                        end < 0 ? null : places.get(Integer.parseInt(cells[i].substring(0, end)));
                if (place == null) {
                    throw malformed(file, lines.get(row));
                }
                codes[row * fields.size() + place[0]] = place[1];
            }
        }
        return new ClickRows(List.of(), new float[0], fields, codes, labels);
    }

    private static VitrineException malformed(Path file, String line) {
        return new VitrineException(
                DataError.FILE_MALFORMED, file + ": cannot read the line '" + line + "'");
    }

    private static List<String> lines(Path file) {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            return reader.readAllLines();
        } catch (NoSuchFileException e) {
            throw new VitrineException(DataError.FILE_NOT_FOUND, "no file " + file, e);
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** What each model reached, in order. */
    Map<String, BinaryFigures> figures(Torch torch, Path work, int threads, Progress progress) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] order = new int[train.rows()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        int fitted = (int) (order.length * (1 - VALID));
        ClickRows fit = train.pick(Arrays.copyOf(order, fitted));
        ClickRows valid = train.pick(Arrays.copyOfRange(order, fitted, order.length));
        Map<String, BinaryFigures> figures = new LinkedHashMap<>();
        figures.put(
                LOGISTIC, network(torch, WEIGHTS, FIT.withRate(.02), fit, valid, work, progress));
        figures.put(TREES, trees(fit, valid, threads, progress));
        figures.put(DEEP, network(torch, NETWORK, FIT, fit, valid, work, progress));
        return figures;
    }

    private BinaryFigures network(
            Torch torch,
            ClickSettings settings,
            FitSettings how,
            ClickRows fit,
            ClickRows valid,
            Path work,
            Progress progress) {
        ClickTrainer trainer = new ClickTrainer(torch, settings, how, fit, valid, work);
        trainer.fit(null, progress);
        Path file = work.resolve("clicks.onnx");
        trainer.export(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            ClickModel model = trainer.model(session);
            return judged(
                    model.scores(valid.values(), valid.codes(), valid.rows()),
                    valid,
                    model.scores(test.values(), test.codes(), test.rows()));
        }
    }

    private BinaryFigures judged(double[] validScores, ClickRows valid, double[] testScores) {
        Isotonic calibration = IsotonicFit.of(validScores, valid.labels());
        double[] probabilities = Arrays.stream(testScores).map(calibration::probability).toArray();
        return BinaryFigures.of(probabilities, test.labels(), .5);
    }

    /** Trees look at the number of each code and at how often the rows fitted to have it. */
    private BinaryFigures trees(ClickRows fit, ClickRows valid, int threads, Progress progress) {
        TreeSettings settings =
                new TreeSettings(
                        TreeSettings.Objective.BINARY,
                        500,
                        30,
                        .03,
                        15,
                        40,
                        .7,
                        .8,
                        5,
                        1,
                        SEED,
                        threads,
                        NdcgLoss.DEFAULT);
        Map<Long, Integer> seen = new HashMap<>();
        int fields = fit.fields().size();
        for (int i = 0; i < fit.codes().length; i++) {
            seen.merge((long) i % fields << 32 | fit.codes()[i], 1, Integer::sum);
        }
        BoostedTrees trees =
                BoostedTrees.validated(settings, table(fit, seen), table(valid, seen), progress);
        return judged(scores(trees, table(valid, seen)), valid, scores(trees, table(test, seen)));
    }

    private static double[] scores(BoostedTrees trees, TreeRows rows) {
        double[] scores = new double[rows.rows()];
        Arrays.setAll(scores, row -> trees.ensemble().score(rows.features(), row));
        return scores;
    }

    private static TreeRows table(ClickRows rows, Map<Long, Integer> seen) {
        int fields = rows.fields().size();
        List<String> names = new ArrayList<>();
        rows.fields().forEach(field -> names.addAll(List.of(field.name(), field.name() + "Seen")));
        float[] features = new float[2 * rows.codes().length];
        for (int i = 0; i < rows.codes().length; i++) {
            long key = (long) i % fields << 32 | rows.codes()[i];
            features[2 * i] = rows.codes()[i];
            features[2 * i + 1] = (float) Math.log1p(seen.getOrDefault(key, 0));
        }
        float[] labels = new float[rows.rows()];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = rows.labels()[row] ? 1 : 0;
        }
        return new TreeRows(names, features, labels, new int[0]);
    }
}
