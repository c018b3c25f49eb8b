/** Holds the documents to what was measured and to what exists. */
@NullMarked
package dev.vitrine.systemtests.documents;

import org.jspecify.annotations.NullMarked;
