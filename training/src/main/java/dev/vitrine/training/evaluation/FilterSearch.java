package dev.vitrine.training.evaluation;

import dev.vitrine.training.spectral.FilterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The graph filters that {@link Tuning} tries. */
final class FilterSearch {
    private static final int[] COMPONENTS = {0, 32, 64, 128, 256, 448, 640};
    private static final int[] MANY_COMPONENTS = {640, 896, 1280};
    private static final float[] TIMES = {0f, .5f, 1f, 1.5f, 2.5f};
    private static final float[] PERSON_POWERS = {.4f, .5f};
    private static final float[] ITEM_POWERS = {.3f, .4f, .5f};

    private FilterSearch() {}

    /** Draws near what {@link #draw} found best: many components, slightly flat powers. */
    static List<FilterSettings> drawNear(int trials, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<FilterSettings> settings = new ArrayList<>();
        for (int t = 0; t < trials; t++) {
            settings.add(
                    new FilterSettings(
                            MANY_COMPONENTS[random.nextInt(MANY_COMPONENTS.length)],
                            logUniform(random, .08, .5),
                            TIMES[random.nextInt(TIMES.length - 1)],
                            .4f,
                            .4f));
        }
        return settings;
    }

    /**
     * First the linear step and what the authors of BSPM (SIGIR 2023) state for gowalla, then draws
     * from wide ranges: with several settings a draw finds more than a grid of its size.
     */
    static List<FilterSettings> draw(int trials, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<FilterSettings> settings = new ArrayList<>();
        settings.add(FilterSettings.linearStep());
        settings.add(new FilterSettings(448, .2f, 2.5f, .5f, .5f));
        for (int t = 0; t < trials; t++) {
            settings.add(
                    new FilterSettings(
                            COMPONENTS[random.nextInt(COMPONENTS.length)],
                            logUniform(random, .03, 1),
                            TIMES[random.nextInt(TIMES.length)],
                            PERSON_POWERS[random.nextInt(PERSON_POWERS.length)],
                            ITEM_POWERS[random.nextInt(ITEM_POWERS.length)]));
        }
        return settings;
    }

    static float logUniform(SplittableRandom random, double least, double most) {
        double value = least * Math.pow(most / least, random.nextDouble());
        return (float) value;
    }
}
