/**
 * The keys of a home directory: made at the first start, or of one's own by configuration, and
 * whose signatures count. Read first: HomeKeys, SigningSettings. Knows nothing of how releases are
 * made or loaded.
 */
@NullMarked
package dev.vitrine.server.signing;

import org.jspecify.annotations.NullMarked;
