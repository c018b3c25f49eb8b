/** Holds the house to its plan: arrows between modules, formatting, signposts, sizes. */
@NullMarked
package dev.vitrine.systemtests.architecture;

import org.jspecify.annotations.NullMarked;
