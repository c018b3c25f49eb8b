/**
 * Tries a stranger's model before it is let in: loads and runs it once in a process of its own, so
 * that what crashes, hangs or fills the memory there does no harm here. Read first: ModelTrial.
 * Knows nothing of the registry.
 */
@NullMarked
package dev.vitrine.server.trial;

import org.jspecify.annotations.NullMarked;
