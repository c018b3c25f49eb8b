/**
 * Learns an order from clicks, which are fewer at places that fewer people look at. Read first:
 * ShownLists, Examination, ClickedOrder. How trees are grown is in training.trees.
 */
@NullMarked
package dev.vitrine.training.ranking;

import org.jspecify.annotations.NullMarked;
