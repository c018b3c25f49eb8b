/**
 * Measures whether products that nobody has met find those who like their kind, on a simulated shop
 * whose truth is known. Read first: ColdItems, ColdShop.
 */
@NullMarked
package dev.vitrine.benchmarks.cold;

import org.jspecify.annotations.NullMarked;
