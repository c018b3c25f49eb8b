/** Kills of a whole server as a test. Read first: KilledServerIT. Must not measure anything. */
@NullMarked
package dev.vitrine.systemtests.crash;

import org.jspecify.annotations.NullMarked;
