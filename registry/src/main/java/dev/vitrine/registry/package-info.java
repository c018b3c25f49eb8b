/** The errors that this module can raise: RegistryError. */
@NullMarked
package dev.vitrine.registry;

import org.jspecify.annotations.NullMarked;
