/** The errors that this module can raise: RetrievalError. */
@NullMarked
package dev.vitrine.retrieval;

import org.jspecify.annotations.NullMarked;
