/** Whether the measurements measure what they say. */
@NullMarked
package dev.vitrine.systemtests.load;

import org.jspecify.annotations.NullMarked;
