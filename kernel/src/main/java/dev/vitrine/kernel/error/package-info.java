/**
 * Says what went wrong, whose it is to mend, and where. Read first: ErrorCode, VitrineException.
 * Knows nothing of HTTP or gRPC; the server maps categories to status codes in one place.
 */
@NullMarked
package dev.vitrine.kernel.error;

import org.jspecify.annotations.NullMarked;
