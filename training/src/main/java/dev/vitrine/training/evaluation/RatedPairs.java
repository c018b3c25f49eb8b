package dev.vitrine.training.evaluation;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.relevance.Listing;
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
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/**
 * Pairs of a search term and a product that people rated (Home Depot's competition of 2016), and
 * how they are parted.
 *
 * @param ratings one for each pair of the listing
 */
record RatedPairs(Listing listing, float[] ratings) {
    private static final String FILE = "train.csv.gz";
    private static final List<String> COLUMNS =
            List.of("id", "product_uid", "product_title", "search_term", "relevance");

    /** Half of the terms are asked only, an eighth is trained on only, of the others both. */
    private static final double ASKED_TERMS = .5;

    private static final double TRAINED_TERMS = .125;

    /**
     * @param train pairs to fit to
     * @param test pairs that are asked
     */
    record Split(int[] train, int[] test) {}

    /**
     * @param folder of this data set
     */
    static RatedPairs read(Path folder) {
        Path file = folder.resolve(FILE);
        Map<String, Integer> terms = new LinkedHashMap<>();
        Map<Long, Integer> products = new LinkedHashMap<>();
        List<String> titles = new ArrayList<>();
        List<Integer> term = new ArrayList<>();
        List<Integer> product = new ArrayList<>();
        List<Float> ratings = new ArrayList<>();
        int line = 0;
        try (CsvReader<CsvRecord> rows =
                CsvReader.builder()
                        .ofCsvRecord(
                                new InputStreamReader(
                                        new GZIPInputStream(Files.newInputStream(file)),
                                        StandardCharsets.ISO_8859_1))) {
            for (CsvRecord row : rows) {
                if (line++ == 0 ? !row.getFields().equals(COLUMNS) : row.getFieldCount() != 5) {
                    throw malformed(file, line, "expected " + COLUMNS + ", found " + row);
                }
                if (line == 1) {
                    continue;
                }
                long number = Long.parseLong(row.getField(1));
                Integer known = products.putIfAbsent(number, titles.size());
                if (known == null) {
                    titles.add(row.getField(2));
                }
                product.add(known == null ? titles.size() - 1 : known);
                term.add(terms.computeIfAbsent(row.getField(3), next -> terms.size()));
                ratings.add(Float.parseFloat(row.getField(4)));
            }
        } catch (NoSuchFileException e) {
            throw new VitrineException(DataError.FILE_NOT_FOUND, "no file " + file, e);
        } catch (IOException | CsvParseException | NumberFormatException e) {
            throw malformed(file, line, String.valueOf(e.getMessage()));
        }
        float[] all = new float[ratings.size()];
        for (int pair = 0; pair < all.length; pair++) {
            all[pair] = ratings.get(pair);
        }
        return new RatedPairs(
                new Listing(
                        new ArrayList<>(terms.keySet()),
                        titles,
                        products.keySet().stream().mapToLong(Long::longValue).toArray(),
                        term.stream().mapToInt(Integer::intValue).toArray(),
                        product.stream().mapToInt(Integer::intValue).toArray()),
                all);
    }

    private static VitrineException malformed(Path file, int line, String why) {
        return new VitrineException(DataError.FILE_MALFORMED, file + ", line " + line + ": " + why);
    }

    /**
     * A split like that of the competition, as its third-placed team made them: half of the terms
     * are asked only, an eighth is only trained on, and of each pair of the others chance decides;
     * so 31 % are trained on, and of those asked 73 % have a term that training never saw.
     */
    Split likeCompetition(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int terms = listing.terms().size();
        int[] order = shuffled(terms, random);
        int[] place = new int[terms];
        for (int i = 0; i < terms; i++) {
            place[order[i]] = i;
        }
        boolean[] trained = new boolean[ratings.length];
        for (int pair = 0; pair < trained.length; pair++) {
            double at = place[listing.term()[pair]] / (double) terms;
            boolean chance = random.nextBoolean();
            trained[pair] = at >= ASKED_TERMS && (at < ASKED_TERMS + TRAINED_TERMS || chance);
        }
        return split(trained);
    }

    /** Five parts by chance, each asked once. */
    List<Split> folds(int count, long seed) {
        int[] order = shuffled(ratings.length, new SplittableRandom(seed));
        List<Split> folds = new ArrayList<>();
        for (int fold = 0; fold < count; fold++) {
            boolean[] trained = new boolean[ratings.length];
            for (int i = 0; i < order.length; i++) {
                trained[order[i]] = i % count != fold;
            }
            folds.add(split(trained));
        }
        return folds;
    }

    private static Split split(boolean[] trained) {
        int train = 0;
        for (boolean each : trained) {
            train += each ? 1 : 0;
        }
        int[] first = new int[train];
        int[] second = new int[trained.length - train];
        int a = 0;
        int b = 0;
        for (int pair = 0; pair < trained.length; pair++) {
            if (trained[pair]) {
                first[a++] = pair;
            } else {
                second[b++] = pair;
            }
        }
        return new Split(first, second);
    }

    private static int[] shuffled(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** The square root of the mean squared error. */
    double rmse(int[] pairs, double[] foretold) {
        double squares = 0;
        for (int i = 0; i < pairs.length; i++) {
            double error = foretold[i] - ratings[pairs[i]];
            squares += error * error;
        }
        return Math.sqrt(squares / pairs.length);
    }

    /**
     * NDCG at 10 over the terms that training never saw and that have two products or more which
     * are not all worthless: the gain of a product is its rating less 1, the discount is
     * logarithmic, and chance decides between equal scores.
     *
     * @param scores of the pairs asked
     */
    double ndcg(Split split, double[] scores) {
        boolean[] seen = new boolean[listing.terms().size()];
        for (int pair : split.train) {
            seen[listing.term()[pair]] = true;
        }
        Map<Integer, List<Integer>> asked = new LinkedHashMap<>();
        for (int i = 0; i < split.test.length; i++) {
            int term = listing.term()[split.test[i]];
            if (!seen[term]) {
                asked.computeIfAbsent(term, first -> new ArrayList<>()).add(i);
            }
        }
        int[] chance = shuffled(split.test.length, new SplittableRandom(1));
        double sum = 0;
        int count = 0;
        for (List<Integer> own : asked.values()) {
            double[] gains =
                    own.stream().mapToDouble(i -> ratings[split.test[i]] - 1).sorted().toArray();
            double ideal = 0;
            for (int rank = 0; rank < Math.min(DEPTH, gains.length); rank++) {
                ideal += gains[gains.length - 1 - rank] / discount(rank);
            }
            if (own.size() < 2 || ideal == 0) {
                continue;
            }
            own.sort((a, b) ->
                    scores[a] == scores[b]
                            ? Integer.compare(chance[a], chance[b])
                            : Double.compare(scores[b], scores[a]));
            double found = 0;
            for (int rank = 0; rank < Math.min(DEPTH, own.size()); rank++) {
                found += (ratings[split.test[own.get(rank)]] - 1) / discount(rank);
            }
            sum += found / ideal;
            count++;
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    private static final int DEPTH = 10;

    private static double discount(int rank) {
        return Math.log(rank + 2) / Math.log(2);
    }

    /** Of the pairs to fit to, those with a rating of {@code least} or more, shuffled. */
    int[] liked(Split split, double least) {
        int[] liked = Arrays.stream(split.train).filter(pair -> ratings[pair] >= least).toArray();
        int[] order = shuffled(liked.length, new SplittableRandom(1));
        return Arrays.stream(order).map(i -> liked[i]).toArray();
    }
}
