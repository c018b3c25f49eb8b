package dev.vitrine.applications.search;

import dev.vitrine.data.catalog.Product;
import java.util.Optional;

/** Gives the products that item numbers stand for; the catalogue in serving. */
public interface ItemLookup {
    /** The shop's id of an item. */
    String idOf(int item);

    /** The product, or empty when it was deleted. */
    Optional<Product> get(int item);
}
