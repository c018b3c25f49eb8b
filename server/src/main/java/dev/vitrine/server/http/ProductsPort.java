package dev.vitrine.server.http;

import dev.vitrine.data.catalog.Product;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads and changes the catalogue. Changes are durable on return and soon visible in answers. */
public interface ProductsPort {
    /** Inserts or replaces; at most 1,000 at once. */
    void upsert(List<Product> products);

    Optional<Product> get(String id);

    /** Changes one product in one step; empty when it is unknown. */
    Optional<Product> update(String id, UnaryOperator<Product> change);

    /**
     * @return false when it was unknown
     */
    boolean delete(String id);
}
