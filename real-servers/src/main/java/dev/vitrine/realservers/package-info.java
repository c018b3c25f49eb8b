/**
 * Servers of others, the very programs that Vitrine meets in production, for tests and measurements
 * to start. Read first: RealPostgres, S3Server. Knows nothing of Vitrine.
 */
@NullMarked
package dev.vitrine.realservers;

import org.jspecify.annotations.NullMarked;
