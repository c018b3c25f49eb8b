package dev.vitrine.data.simulation;

import dev.vitrine.data.catalog.Product;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The products of a simulated shop and what behaviour depends on: shelves (leaves of the category
 * tree), styles, brands and price levels. Everything is a function of the index, so that any number
 * of products costs little memory.
 */
sealed interface Assortment permits OwnAssortment, GivenAssortment {
    /** Hidden styles; a shopper's taste says how much each is liked. */
    int STYLES = 12;

    int size();

    Product product(int item);

    String id(int item);

    /** Price per piece; NaN when unknown. */
    double price(int item);

    /** Currency of the prices; empty when unknown. */
    String currency();

    int shelf(int item);

    int shelves();

    int department(int shelf);

    /** Names from the root; empty when products have no categories. */
    List<String> path(int shelf);

    /** The shelf whose products are bought along. */
    int goesWith(int shelf);

    /** Days after which products of a shelf are bought again; 0 for never. */
    int repeatDays(int shelf);

    /** Month of most demand, 1 to 12; 0 for none. */
    int month(int shelf);

    /** Cheap (-1) to dear (1) among its shelf. */
    double level(int item);

    int style(int item);

    /** A number that products of one brand share. */
    int brand(int item);

    /** What somebody types who wants this item; empty when it has no words. */
    String query(int item, SplittableRandom random);
}
