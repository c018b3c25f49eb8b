package dev.vitrine.server.watch;

import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;

/** Whoever is evaluated: answers people by what a shop knew at a moment. One thread. */
interface Respondent {
    /**
     * @param now the moment, epoch milliseconds
     */
    Answering asOf(ShopState state, PopularItems popular, long now);

    /**
     * Puts what a product says about itself into {@code target}.
     *
     * @param target of {@link #dimensions} numbers
     * @return false where it says nothing
     */
    boolean content(int item, float[] target);

    /** Of {@link #content}; 0 where no product has any. */
    int dimensions();

    /** Answers by one moment's shop. */
    interface Answering {
        Answer ask(Shopper shopper);
    }

    /**
     * @param items best first
     * @param scores of each
     * @param servedBy the step that gave the first; {@code none} without any
     */
    record Answer(int[] items, double[] scores, String servedBy) {}
}
