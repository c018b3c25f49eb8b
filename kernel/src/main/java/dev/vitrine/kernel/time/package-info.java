/**
 * Time as others see it: progress with rate and time left. Read first: Progress. The clock itself
 * is java.time.InstantSource, always passed in.
 */
@NullMarked
package dev.vitrine.kernel.time;

import org.jspecify.annotations.NullMarked;
