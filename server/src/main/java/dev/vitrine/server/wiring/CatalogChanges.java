package dev.vitrine.server.wiring;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.server.http.ProductsPort;
import dev.vitrine.server.shop.Shop;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads and changes products; every open release hears of each change. */
public record CatalogChanges(Shop shop) implements ProductsPort {
    @Override
    public void upsert(List<Product> products) {
        shop.upsert(products);
    }

    @Override
    public Optional<Product> get(String id) {
        return shop.catalog().get(id);
    }

    @Override
    public Optional<Product> update(String id, UnaryOperator<Product> change) {
        return shop.update(id, change);
    }

    @Override
    public boolean delete(String id) {
        return shop.delete(id);
    }
}
