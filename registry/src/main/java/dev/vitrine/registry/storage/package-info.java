/**
 * Where bytes are kept: objects under names, in a directory or in a service that speaks S3, and
 * what the stores of this module share about files. Read first: ObjectStore. Must not know what is
 * stored.
 */
@NullMarked
package dev.vitrine.registry.storage;

import org.jspecify.annotations.NullMarked;
