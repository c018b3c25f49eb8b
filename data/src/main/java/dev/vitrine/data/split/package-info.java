/**
 * Says which events train, which choose and which judge, so that nothing learns from its own
 * future. Read first: SplitSpec, Part. Knows arrays of people and times only.
 */
@NullMarked
package dev.vitrine.data.split;

import org.jspecify.annotations.NullMarked;
