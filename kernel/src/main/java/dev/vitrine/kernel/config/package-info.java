/**
 * Reads configuration once, into immutable records, and refuses what it does not know. Read first:
 * ConfigReader, DataSize. Knows nothing of what is configured.
 */
@NullMarked
package dev.vitrine.kernel.config;

import org.jspecify.annotations.NullMarked;
