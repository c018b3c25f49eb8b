/** The errors that this module can raise: ApplicationError. */
@NullMarked
package dev.vitrine.applications;

import org.jspecify.annotations.NullMarked;
