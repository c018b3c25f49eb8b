/**
 * The serving forms of models that are tables of numbers by item number: neighbours, factors,
 * popularity, content vectors. Read first: ItemTable, FactorModel, Popularity, ContentModel. Knows
 * nothing of how they were fitted (see training).
 */
@NullMarked
package dev.vitrine.retrieval.table;

import org.jspecify.annotations.NullMarked;
