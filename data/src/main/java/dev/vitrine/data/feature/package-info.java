/**
 * What the shop knows about shoppers and items at a moment, built by applying events one by one;
 * the same code serves and trains. Read first: ShopState, Shopper, ShopFeatures. Knows items by
 * number and facts about them through ItemFacts; knows nothing of models, catalogues on disk or
 * requests.
 */
@NullMarked
package dev.vitrine.data.feature;

import org.jspecify.annotations.NullMarked;
