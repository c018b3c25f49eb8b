/**
 * Implements what HTTP calls with the parts of the running shop, one class a port. Read first:
 * ShopAnswers, EventIntake. Knows HTTP's ports, not HTTP.
 */
@NullMarked
package dev.vitrine.server.wiring;

import org.jspecify.annotations.NullMarked;
