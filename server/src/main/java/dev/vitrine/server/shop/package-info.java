/**
 * The running shop: its stores, the state built from behaviour, and the release that answers. Read
 * first: Shop, Intake. Knows nothing of HTTP or of how releases are made.
 */
@NullMarked
package dev.vitrine.server.shop;

import org.jspecify.annotations.NullMarked;
