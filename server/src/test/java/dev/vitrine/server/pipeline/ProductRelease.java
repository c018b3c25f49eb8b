package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.release.Release;
import dev.vitrine.server.Home;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.stores.Stores;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Releases of products alone: the index and what their texts say. */
final class ProductRelease {
    private ProductRelease() {}

    /** Adds products to a home and makes a release of all that it has. */
    static Release make(Home home, Stores stores, List<Product> added, Instant at)
            throws IOException {
        InstantSource clock = InstantSource.fixed(at);
        try (Shop shop = Shop.open(home, ShopSettings.defaults(), clock, Progress.NONE)) {
            shop.upsert(added);
        }
        return new ReleaseMaker(
                        home,
                        MakerSettings.forMachine(1, 1L << 30).with("", stores, "test"),
                        OpenDoor.keys(home, clock),
                        clock,
                        Progress.NONE)
                .make();
    }
}
