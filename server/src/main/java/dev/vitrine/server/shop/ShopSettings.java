package dev.vitrine.server.shop;

import dev.vitrine.data.cleaning.CleaningSettings;
import dev.vitrine.data.event.EventStoreSettings;
import dev.vitrine.data.feature.FeatureSettings;
import java.time.Duration;

/**
 * How the running shop keeps what it knows.
 *
 * @param catalogueFromBehaviour whether an item that is known from events alone becomes a product
 * @param snapshotEvery how often the state is written, so that a restart replays little
 * @param popularLists length of the lists of popular items
 */
public record ShopSettings(
        EventStoreSettings events,
        FeatureSettings features,
        CleaningSettings cleaning,
        boolean catalogueFromBehaviour,
        Duration snapshotEvery,
        int popularLists) {

    public static ShopSettings defaults() {
        return new ShopSettings(
                EventStoreSettings.DEFAULTS,
                FeatureSettings.defaults(),
                CleaningSettings.DEFAULTS,
                false,
                Duration.ofMinutes(2),
                300);
    }

    public ShopSettings withCatalogueFromBehaviour(boolean value) {
        return new ShopSettings(events, features, cleaning, value, snapshotEvery, popularLists);
    }
}
