/** The errors that this module can raise: DataError. */
@NullMarked
package dev.vitrine.data;

import org.jspecify.annotations.NullMarked;
