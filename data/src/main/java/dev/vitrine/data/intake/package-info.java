/**
 * Turns what a shop has (files and requests, in its own words or in a known format) into products
 * and events. Read first: EventJson, ProductJson, ShopConfig, Intake. Knows nothing of the log or
 * the catalogue store: it hands over records and what it had to set aside.
 */
@NullMarked
package dev.vitrine.data.intake;

import org.jspecify.annotations.NullMarked;
