/**
 * What people and the program itself decided, for those who ask later. Read first: Audit, then
 * ChainedAudit. Knows nothing of what is decided.
 */
@NullMarked
package dev.vitrine.server.audit;

import org.jspecify.annotations.NullMarked;
