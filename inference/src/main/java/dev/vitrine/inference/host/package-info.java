/**
 * Named models with versions that are loaded, warmed, made ready, drained and unloaded while others
 * answer. Read {@link ModelHost} first, then {@link VersionState}. Knows no protocol and no
 * registry: it is told which file is which version.
 */
@NullMarked
package dev.vitrine.inference.host;

import org.jspecify.annotations.NullMarked;
