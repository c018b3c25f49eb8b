package dev.vitrine.training.evaluation;

import dev.vitrine.training.sequence.ItemFeatures;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A public data set in which the next item of a sequence is asked for.
 *
 * @param like the one of {@link #DATASETS} whose layout, protocol and settings it has
 * @param train sequences that networks are fitted to while they are validated
 * @param known sequences of which all is known when the test is asked: training and validation
 * @param heldOut of training, all questions that are asked to choose: those of sessions by time
 * @param validation some of them, asked to choose settings and epochs
 * @param test asked once
 * @param negatives items that the answer of the test is ranked among; 0 for all
 * @param features of the items, where the data names any
 * @param metric by which settings and epochs are chosen
 */
record NextItemData(
        String name,
        String like,
        int items,
        int[][] train,
        int[][] known,
        Questions heldOut,
        Questions validation,
        Questions test,
        int negatives,
        ItemFeatures features,
        String metric) {
    static final String SESSIONS = "diginetica";
    static final String SAMPLED = "amazon-videogames";
    static final String DESCRIBED = "amazon-beauty";
    static final List<String> DATASETS = List.of(DESCRIBED, "amazon-sports", SAMPLED, SESSIONS);

    private static final int MOST_VALIDATED = 8_000;
    private static final double HELD_OUT = .1;

    /**
     * @param folder of this data set
     */
    static NextItemData read(String name, String like, Path folder) {
        if (like.equals(SESSIONS)) {
            SessionSplit split = PublicFiles.sessions(name, folder);
            SessionSplit held = split.holdOut(HELD_OUT);
            return new NextItemData(
                    name,
                    like,
                    split.items(),
                    held.sessions(),
                    split.sessions(),
                    held.questions(),
                    sample(held.questions()),
                    split.questions(),
                    0,
                    ItemFeatures.NONE,
                    "mrrAt20");
        }
        boolean sampled = like.equals(SAMPLED);
        SequenceSplit split =
                sampled
                        ? PublicFiles.interactions(name, folder)
                        : PublicFiles.sequences(name, folder);
        return new NextItemData(
                name,
                like,
                split.items(),
                split.train(),
                split.trainAndValidation(),
                split.validation(),
                sample(split.validation()),
                split.test(),
                sampled ? 100 : 0,
                sampled ? ItemFeatures.NONE : PublicFiles.features(folder, split.items()),
                "ndcgAt10");
    }

    /** Enough of them to choose by. */
    private static Questions sample(Questions all) {
        if (all.size() <= MOST_VALIDATED) {
            return all;
        }
        SplittableRandom random = new SplittableRandom(Recipes.SEED);
        int[] order = new int[all.size()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return new PickedQuestions(all, Arrays.copyOf(order, MOST_VALIDATED));
    }

    /** By the attributes that items share, where the data names any. */
    Optional<ItemLikeness> likeness() {
        return features.count() == 0
                ? Optional.empty()
                : Optional.of(ItemLikeness.ofAttributes(features.features()));
    }

    /** The sequences whose items are counted for popularity and novelty. */
    int[][] counted() {
        return like.equals(SESSIONS) ? known : train;
    }

    /**
     * What tells the data of a fit from other data: the sequences it is fitted to, what is known of
     * the items, and what it is validated on.
     *
     * @param again whether it is fitted to all that is known before the test
     */
    String hash(boolean again) {
        DataHash hash =
                new DataHash()
                        .add(items)
                        .add(again ? known : train)
                        .add(features.count())
                        .add(features.features())
                        .add(features.weights())
                        .add(features.hidden());
        for (int question = 0; !again && question < validation.size(); question++) {
            hash.add(validation.history(question).items()).add(validation.answers(question));
        }
        return hash.hex();
    }

    /** The training sequences as a session split, for the anchors. */
    SessionSplit anchored() {
        return new SessionSplit(name, items, known, new int[0][], new int[0]);
    }
}
