/**
 * What shoppers do, and the durable log of it. Read first: Event, EventLog, People. The log knows
 * people by number; only People knows their names.
 */
@NullMarked
package dev.vitrine.data.event;

import org.jspecify.annotations.NullMarked;
