package dev.vitrine.server.watch;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;

/**
 * The shop as it was, by the log in its order: what products had met by then, and what the people
 * of a sample had done. Of others only the latest are remembered, which is all that pairs within a
 * visit need: so it takes no more memory than products do in the state that serves, and 100,000
 * people.
 */
final class PastShop {
    private static final int OTHERS = 100_000;

    private final ShopState all;
    private final ShopState sampled;
    private final ToIntFunction<String> itemNumber;
    private final long[] people;
    private final BitSet met = new BitSet();
    private long latestPerson;

    /**
     * @param people whose past is asked for
     */
    PastShop(
            FeatureSettings settings,
            ToIntFunction<String> itemNumber,
            Collection<Stretch.Person> people) {
        FeatureSettings.ShopperLimits limits = settings.shoppers();
        FeatureSettings.PairLimits pairs = settings.pairs();
        this.itemNumber = itemNumber;
        this.people =
                people.stream()
                        .flatMapToLong(one -> LongStream.of(one.visitor(), one.user()))
                        .filter(number -> number != 0)
                        .sorted()
                        .distinct()
                        .toArray();
        this.all =
                new ShopState(
                        settings.with(limits.withShoppers(Math.min(OTHERS, limits.shoppers()))),
                        itemNumber);
        this.sampled =
                new ShopState(
                        settings.with(limits.withShoppers(this.people.length + 1))
                                .with(
                                        new FeatureSettings.PairLimits(
                                                1,
                                                0,
                                                pairs.sessionGap(),
                                                0,
                                                pairs.orderGap(),
                                                1,
                                                1)),
                        itemNumber);
    }

    void apply(LoggedEvent event) {
        all.apply(event);
        if (isSampled(event.visitor()) || isSampled(event.user())) {
            sampled.apply(event);
        }
        latestPerson = Math.max(latestPerson, Math.max(event.visitor(), event.user()));
        if (event.type() != EventType.STOCK_CHANGE) {
            for (ProductDetail product : event.products()) {
                int item = itemNumber.applyAsInt(product.id());
                if (item >= 0) {
                    met.set(item);
                }
            }
        }
    }

    private boolean isSampled(long number) {
        return number != 0 && Arrays.binarySearch(people, number) >= 0;
    }

    ShopState state() {
        return all;
    }

    /** What somebody of the sample had done. */
    Shopper shopper(Stretch.Person person) {
        return sampled.shopper(person.visitor(), person.user());
    }

    /** Products that occurred in an event so far, by number. */
    BitSet met() {
        return (BitSet) met.clone();
    }

    /** Whether somebody was not seen so far. */
    boolean isNew(Stretch.Person person) {
        return person.oldest() > latestPerson;
    }

    /** Latest event so far, epoch milliseconds. */
    long now() {
        return all.latestEvent();
    }
}
