/** What the stores of this module share about files. Must not know what is stored. */
@NullMarked
package dev.vitrine.registry.storage;

import org.jspecify.annotations.NullMarked;
