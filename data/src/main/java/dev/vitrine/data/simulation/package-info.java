/**
 * A shop that behaves: a seeded catalogue and shoppers with tastes, for demonstration, load and
 * tests, with its ground truth. Read first: SimulatedShop, SimulationSettings. Knows products and
 * events; knows nothing of logs, features or models.
 */
@NullMarked
package dev.vitrine.data.simulation;

import org.jspecify.annotations.NullMarked;
